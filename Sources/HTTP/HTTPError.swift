/// Why there is no answer to a request.
///
/// It carries no body and no header field, so no password and no token.
public struct HTTPError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What went wrong, for comparing.
    public enum Code: Equatable, Sendable {
        /// The URL or a header field cannot be sent as it is.
        case invalidRequest
        /// The host's name (or the proxy's) does not resolve.
        case cannotResolve
        /// Nothing answers at the host and port (or at the proxy's).
        case cannotConnect
        /// The TLS handshake failed.
        case tls(TLSFailure)
        /// The deadline passed.
        case timedOut
        /// The connection ended before the answer did; the server may have done what was asked.
        case connectionLost
        /// The answer is larger than the client takes.
        case tooLarge
        /// What answers speaks no HTTP, or breaks it.
        case notHTTP
        /// The file of `HTTPTrust.authority` is not there or may not be read.
        case authorityFileMissing
        /// The file of `HTTPTrust.authority` holds no certificate that can be read.
        case authorityFileInvalid
        /// libcurl cannot be opened.
        case libraryMissing
        /// The caller's own question whether to go on was answered with no.
        case interrupted
        /// Anything else; the reason has libcurl's words.
        case other
    }

    /// What went wrong.
    public let code: Code
    /// The request's method, "GET".
    public let method: String
    /// The request's URL.
    public let url: String
    /// Why, in words for a person, lower case, no full stop.
    public let reason: String
    /// How many times the request was sent, 0 where it never was.
    public internal(set) var attempts: Int

    /// An error of its parts.
    public init(_ code: Code, method: String, url: String, reason: String, attempts: Int = 0) {
        self.code = code
        self.method = method
        self.url = url
        self.reason = reason
        self.attempts = attempts
    }

    /// Whether the same request may well succeed a little later, with nothing changed.
    public var isTransient: Bool {
        switch code {
        case .cannotConnect, .timedOut, .connectionLost: true
        case .invalidRequest, .cannotResolve, .tls, .tooLarge, .notHTTP, .authorityFileMissing, .authorityFileInvalid,
            .libraryMissing, .interrupted, .other:
            false
        }
    }

    /// "POST http://localhost:8000/auth: connection refused", and how often it was tried where that is more than once.
    public var description: String {
        "\(method) \(url): \(reason)" + (attempts > 1 ? " (tried \(attempts) times)" : "")
    }
}
