import CLibCurl
import Glibc

/// One easy handle of libcurl: its connections, its TLS sessions and its resolved names outlive a request.
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

    private let handle: CurlHandle

    init(library: CurlLibrary) throws(CurlLibrary.Missing) {
        handle = try CurlHandle(library: library)
    }

    /// Sends the request once and waits for its answer.
    func perform(_ exchange: Exchange) -> Result<HTTPResponse, HTTPError> {
        let remaining = exchange.deadline.remaining
        guard remaining > 0 else {
            return .failure(exchange.error(.timedOut, "no time is left of \(exchange.deadline.spelled)"))
        }
        if case .authority(let file) = exchange.trust, access(file, R_OK) != 0 {
            let reason = String(cString: strerror(errno)).lowercased()
            return .failure(exchange.error(.authorityFileMissing, "certificate authority file \(file): \(reason)"))
        }
        handle.reset()
        let fields = CurlFields(library: handle.library, request: exchange.request)
        let receiver = CurlReceiver(limit: HTTPClient.longestBody, isInterrupted: exchange.isInterrupted)
        handle.set(CURLOPT_HTTPHEADER, list: fields.list)
        setTransfer(exchange, remaining: remaining)
        setTrust(exchange)
        let code = perform(exchange.request, into: receiver)
        guard code == CURLE_OK else {
            return .failure(CurlFailure(code, of: handle, receiver).error(exchange))
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
    private func perform(_ request: HTTPRequest, into receiver: CurlReceiver) -> CURLcode {
        let hasContent = request.method != .get && request.method != .delete
        guard let body = request.body ?? (hasContent ? [] : nil) else { return receiver.perform(handle) }
        return (body.isEmpty ? [0] : body).withUnsafeBytes { content in
            handle.set(CURLOPT_POST, 1)
            handle.set(CURLOPT_POSTFIELDSIZE, body.count)
            handle.set(CURLOPT_POSTFIELDS, pointer: UnsafeMutableRawPointer(mutating: content.baseAddress))
            return receiver.perform(handle)
        }
    }

    private func setTransfer(_ exchange: Exchange, remaining: Double) {
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

    private func setTrust(_ exchange: Exchange) {
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
