import CLibCurl
import Glibc

/// A transfer that failed, as libcurl tells it, turned into an `HTTPError`.
struct CurlFailure {
    private let code: CURLcode
    private let words: String
    private let systemError: Int32
    private let verifyResult: Int
    private let hasAddress: Bool
    private let isConnected: Bool
    private let alternativeNames: String?
    private let receiver: CurlReceiver

    init(_ code: CURLcode, of handle: CurlHandle, _ receiver: CurlReceiver, _ sockets: TransferSockets) {
        self.code = code
        self.receiver = receiver
        words = handle.words(for: code)
        systemError = Int32(truncatingIfNeeded: handle.number(CURLINFO_OS_ERRNO))
        verifyResult = handle.number(CURLINFO_SSL_VERIFYRESULT)
        // A reused connection opens no socket, but the request was sent over it.
        let isSent = handle.number(CURLINFO_REQUEST_SIZE) > 0
        hasAddress = isSent || sockets.hasAddress
        isConnected = isSent || sockets.isConnected
        alternativeNames = handle.alternativeNames
    }

    func error(_ exchange: CurlSession.Exchange) -> HTTPError {
        let (code, reason) = explain(exchange)
        return exchange.error(code, reason)
    }

    private func explain(_ exchange: CurlSession.Exchange) -> (HTTPError.Code, String) {
        let url = exchange.url
        switch code {
        case _ where receiver.wasInterrupted:
            return (.interrupted, "interrupted")
        case _ where receiver.isTooLarge, CURLE_FILESIZE_EXCEEDED:
            return (.tooLarge, "the answer is larger than \(HTTPClient.longestBody / 1024) KiB")
        case CURLE_COULDNT_RESOLVE_HOST:
            return (.cannotResolve, "the name \(url.host) does not resolve")
        case CURLE_COULDNT_RESOLVE_PROXY:
            return (.cannotResolve, "the proxy's name does not resolve: \(lowered(words))")
        case CURLE_COULDNT_CONNECT:
            return (.cannotConnect, systemError == 0 ? lowered(words) : systemReason)
        case CURLE_OPERATION_TIMEDOUT:
            return (.timedOut, timeoutReason(exchange))
        case CURLE_SSL_CACERT_BADFILE:
            return (.authorityFileInvalid, "the certificate authority file holds no certificate that can be read")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CERTPROBLEM:
            return explainTLS(url)
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING:
            return (.notHTTP, "what answers speaks no HTTP: \(lowered(words))")
        case CURLE_GOT_NOTHING:
            return (.connectionLost, "the server closed the connection without an answer")
        case CURLE_PARTIAL_FILE:
            return (.connectionLost, "the connection ended before the answer did")
        case CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_SEND_FAIL_REWIND:
            return (.connectionLost, systemError == 0 ? lowered(words) : systemReason)
        default:
            return (.other, lowered(words))
        }
    }

    private func timeoutReason(_ exchange: CurlSession.Exchange) -> String {
        let time = exchange.deadline.spelled
        if !hasAddress { return "the name \(exchange.url.host) did not resolve within \(time)" }
        if !isConnected { return "no connection within \(time)" }
        return receiver.hasAnswer ? "the answer did not end within \(time)" : "no answer within \(time)"
    }

    private var systemReason: String { String(cString: strerror(systemError)).lowercased() }

    private func explainTLS(_ url: HTTPURL) -> (HTTPError.Code, String) {
        let failure = TLSFailure(code, words: words, verifyResult: verifyResult)
        let authority = "the server's certificate is not trusted: "
        let reason =
            switch failure {
            case .hostName:
                "the server's certificate is not for \(url.host)"
                    + (alternativeNames.map { ", but for \(CurlFailure.spelled(alternativeNames: $0))" } ?? "")
            case .unknownAuthority: authority + detail
            case .expired: "the server's certificate has expired, by this machine's clock"
            case .notYetValid: "the server's certificate is not valid yet, by this machine's clock"
            case .revoked: "the server's certificate was revoked"
            case .notTLS: "the server speaks no TLS on port \(url.port)"
            case .tooOld: "the server knows no TLS that is good enough (1.2 at least)"
            case .refusedByServer: "the server ended the TLS handshake: \(detail)"
            case .other: "TLS failed: \(detail)"
            }
        return (.tls(failure), reason)
    }

    /// OpenSSL's own words, without libcurl's prefix to them.
    private var detail: String {
        for prefix in ["SSL certificate problem: ", "SSL: ", "OpenSSL SSL_connect: "] where words.hasPrefix(prefix) {
            return lowered(String(words.dropFirst(prefix.count)))
        }
        return lowered(words)
    }

    /// "DNS:localhost, IP Address:127.0.0.1" without the kinds; what a server wrote there is cut to what names have.
    private static func spelled(alternativeNames: String) -> String {
        let names = alternativeNames.split(separator: ",").compactMap { entry -> String? in
            guard let colon = entry.firstIndex(of: ":") else { return nil }
            let name = entry[entry.index(after: colon)...].unicodeScalars.filter { (0x21...0x7E).contains($0.value) }
            return name.isEmpty ? nil : String(String.UnicodeScalarView(name.prefix(253)))
        }
        let shown = names.prefix(8).joined(separator: ", ")
        return names.count > 8 ? shown + ", …" : shown
    }

    /// With the first letter in lower case, unless an abbreviation begins there.
    private func lowered(_ text: String) -> String {
        guard let first = text.first, text.dropFirst().first?.isUppercase != true else { return text }
        return first.lowercased() + text.dropFirst()
    }
}

extension TLSFailure {
    /// Tells the cause by OpenSSL's verify result (openssl-verification-options(1)), by libcurl's code, and by OpenSSL's words.
    init(_ code: CURLcode, words: String, verifyResult: Int) {
        let lowered = words.lowercased()
        func says(_ parts: String...) -> Bool { parts.contains { lowered.contains($0) } }
        self =
            switch verifyResult {
            case 9: .notYetValid
            case 10: .expired
            case 23: .revoked
            case 62, 64: .hostName
            case 2, 18, 19, 20, 21, 24, 27: .unknownAuthority
            default:
                if code == CURLE_PEER_FAILED_VERIFICATION && verifyResult <= 1 {
                    // libcurl itself compares the names; until it has read OpenSSL's result afterwards, the result is 1
                    // (lib/vtls/openssl.c, 7.88 and 8.14).
                    .hostName
                } else if says("wrong version number", "packet length too long", "http request", "unknown protocol") {
                    .notTLS
                } else if says("protocol version", "unsupported protocol", "no protocols available") {
                    .tooOld
                } else if says("alert") {
                    .refusedByServer
                } else {
                    .other
                }
            }
    }
}
