import CLibCurl
import Glibc

/// Requests one after the other, which share connections, TLS sessions and resolved names.
final class CurlSession {
    /// All that one attempt needs to know.
    struct Exchange {
        let request: HTTPRequest
        let url: HTTPURL
        let trust: HTTPTrust
        let userAgent: String
        let deadline: Deadline
        let isInterrupted: () -> Bool

        func error(_ code: HTTPError.Code, _ reason: String) -> HTTPError {
            HTTPError(code, method: request.method.rawValue, url: url.description, reason: reason)
        }
    }

    private let share: CurlShare

    init(library: CurlLibrary) throws(CurlLibrary.Missing) {
        share = try CurlShare(library: library)
    }

    /// Sends the request once and waits for its answer.
    func perform(_ exchange: Exchange) -> Result<HTTPResponse, HTTPError> {
        let remaining = exchange.deadline.remaining
        guard remaining > 0 else {
            return .failure(exchange.error(.timedOut, "no time is left of \(exchange.deadline.spelled)"))
        }
        if case .authority(let file) = exchange.trust, let reason = Self.problem(with: file) {
            return .failure(exchange.error(.authorityFileMissing, "certificate authority file \(file): \(reason)"))
        }
        let handle: CurlHandle
        do {
            // A handle for each request: libcurl 8.14 keeps the buffer from which it sent a request, a login's
            // password included, until the handle is freed (lib/request.c, `sendbuf`).
            handle = try CurlHandle(sharing: share)
        } catch {
            return .failure(exchange.error(.other, error.reason))
        }
        let fields = CurlFields(library: handle.library, request: exchange.request)
        let sockets = TransferSockets()
        let receiver = CurlReceiver(limit: HTTPClient.longestBody, isInterrupted: exchange.isInterrupted)
        handle.set(CURLOPT_HTTPHEADER, list: fields.list)
        sockets.open(for: handle)
        setTransfer(exchange, remaining: remaining, on: handle)
        setTrust(exchange, on: handle)
        let code = withExtendedLifetime((fields, sockets)) { perform(exchange.request, on: handle, into: receiver) }
        guard code == CURLE_OK else {
            return .failure(CurlFailure(code, of: handle, receiver, sockets).error(exchange))
        }
        // libcurl takes a connection that ended among the fields for an answer without content.
        guard receiver.hasAllFields else {
            return .failure(exchange.error(.connectionLost, "the connection ended before the answer did"))
        }
        return .success(
            HTTPResponse(
                status: handle.number(CURLINFO_RESPONSE_CODE), headers: receiver.headers, body: receiver.body))
    }

    /// The content is sent from where it is, and stays in one place until the answer is here.
    private func perform(_ request: HTTPRequest, on handle: CurlHandle, into receiver: CurlReceiver) -> CURLcode {
        let hasContent = request.method != .get && request.method != .delete
        guard let body = request.body ?? (hasContent ? [] : nil) else { return receiver.perform(handle) }
        return (body.isEmpty ? [0] : body).withUnsafeBytes { content in
            handle.set(CURLOPT_POST, 1)
            handle.set(CURLOPT_POSTFIELDSIZE, body.count)
            handle.set(CURLOPT_POSTFIELDS, pointer: UnsafeMutableRawPointer(mutating: content.baseAddress))
            return receiver.perform(handle)
        }
    }

    /// Why libcurl could not read a file; nil where it can. It would wait for the other end of a pipe.
    private static func problem(with file: String) -> String? {
        var status = stat()
        guard access(file, R_OK) == 0, stat(file, &status) == 0 else {
            return String(cString: strerror(errno)).lowercased()
        }
        return status.st_mode & S_IFMT == S_IFREG ? nil : "it is no file"
    }

    private func setTransfer(_ exchange: Exchange, remaining: Double, on handle: CurlHandle) {
        let milliseconds = Int(min(remaining * 1000, Double(Int32.max)).rounded(.up))
        handle.set(CURLOPT_URL, exchange.url.description)
        handle.set(CURLOPT_USERAGENT, exchange.userAgent)
        if exchange.request.method != .get { handle.set(CURLOPT_CUSTOMREQUEST, exchange.request.method.rawValue) }
        handle.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        handle.set(CURLOPT_FOLLOWLOCATION, 0)
        handle.set(CURLOPT_PATH_AS_IS, 1)
        handle.set(CURLOPT_MAXFILESIZE, HTTPClient.longestBody)
        handle.set(CURLOPT_NOSIGNAL, 1)
        handle.set(CURLOPT_TIMEOUT_MS, milliseconds)
        handle.set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds)
        // A resolver thread that waits for a silent name server is left behind at the deadline, not waited for; libcurl
        // before 7.87 does not know the option, and waits.
        handle.try(CURLoption(UInt32(curl_library_quick_exit)), 1)
        handle.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        // As curl(1), http_proxy and its kin are obeyed; what is for this machine must not leave it.
        if exchange.url.isLoopback { handle.set(CURLOPT_PROXY, "") }
        // libcurl sends a request again by itself where a kept connection turns out to be dead. One that must not be
        // sent twice therefore gets a connection of its own: the server may have read it before it hung up.
        if !exchange.request.mayBeRepeated { handle.set(CURLOPT_FRESH_CONNECT, 1) }
    }

    private func setTrust(_ exchange: Exchange, on handle: CurlHandle) {
        guard !exchange.url.isPlainHTTP else { return }
        handle.set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        // The names in the certificate go into the message where none of them is the host's.
        handle.set(CURLOPT_CERTINFO, 1)
        switch exchange.trust {
        case .system: break
        case .authority(let file):
            handle.set(CURLOPT_CAINFO, file)
            // Without this the machine's own authorities would be believed as well.
            handle.set(CURLOPT_CAPATH, pointer: nil)
        case .none:
            handle.set(CURLOPT_SSL_VERIFYPEER, 0)
            handle.set(CURLOPT_SSL_VERIFYHOST, 0)
        }
    }
}
