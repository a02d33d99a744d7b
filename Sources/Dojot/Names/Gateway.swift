import HTTP

/// The platform's API gateway, as a base for the URLs of its routes.
public struct Gateway: Hashable, Sendable, CustomStringConvertible {
    private let base: HTTPURL

    /// Reads "http://localhost:8000", with "https" too, with "/" or a path at the end or without; without a scheme it
    /// is http, as with curl(1).
    ///
    /// - Throws: `DojotError` with `.invalidGateway`, for user information, a query or a fragment in it too.
    public init(_ text: String) throws(DojotError) {
        var trimmed = Substring(text)
        while trimmed.hasSuffix("/") { trimmed.removeLast() }
        let withScheme = trimmed.contains("://") ? String(trimmed) : "http://\(trimmed)"
        guard let base = HTTPURL(withScheme), !base.target.contains("?"), !base.target.contains("..") else {
            // What was typed goes into the message without "user:password@".
            let shown = text.lastIndex(of: "@").map { "…" + text[$0...] } ?? text
            throw DojotError(
                .invalidGateway,
                "\(ServerText.quoted(shown)) is no gateway: a URL such as http://localhost:8000 is meant")
        }
        self.base = base
    }

    /// "http://localhost:8000": scheme, host, port where one was given, path where there is one; no "/" at the end.
    public var description: String { base.description }
    /// The host without brackets, in lower case: "localhost", "192.0.2.7", "::1".
    public var host: String { base.host }
    /// The port: the one given, else 80 or 443.
    public var port: UInt16 { base.port }
    /// Whether passwords and tokens cross the network in the clear.
    public var isPlainHTTP: Bool { base.isPlainHTTP }
    /// Whether it is this machine: localhost, 127.0.0.0/8 or ::1. Nothing sent there crosses a network.
    public var isLoopback: Bool { base.isLoopback }

    /// Whether it is the same gateway by another name: localhost, 127.0.0.1 and ::1 are one machine, so that their ports are one service.
    public func isSame(as other: Gateway) -> Bool {
        self == other
            || (isLoopback && other.isLoopback
                && (port, isPlainHTTP, base.target)
                    == (other.port, other.isPlainHTTP, other.base.target))
    }

    /// The URL of one of the gateway's routes; `path` begins with "/" and is sent as it is.
    public func url(_ path: String) -> String { base.description + path }
}
