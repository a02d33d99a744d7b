import CommandLineKit

/// Where the metrics are served, as a person writes it: `9464`, `0.0.0.0:9464`, `[::1]:9464`.
public struct MetricsAddress: Sendable, Equatable {
    /// A name or address of this machine; loopback where only a port was given.
    public let host: String
    /// 0 for one that is free.
    public let port: UInt16

    /// Puts an address together.
    public init(host: String = "127.0.0.1", port: UInt16) { (self.host, self.port) = (host, port) }

    /// Reads PORT or HOST:PORT; an IPv6 address is in brackets.
    ///
    /// - Throws: `FleetError` with `.invalidDeclaration`.
    public init(_ text: String) throws(FleetError) {
        var (host, digits) = ("127.0.0.1", text[...])
        if let colon = text.lastIndex(of: ":") {
            host = String(text[..<colon])
            digits = text[text.index(after: colon)...]
            if host.hasPrefix("["), host.hasSuffix("]") {
                host = String(host.dropFirst().dropLast())
            } else if host.contains(":") {
                host = ""
            }
        }
        guard !host.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits) else {
            throw FleetError(
                .invalidDeclaration, "'\(text.printable)' is no port to serve metrics on",
                hint: "write a port, 9464, or an address of this machine too: 0.0.0.0:9464, [::1]:9464")
        }
        self.init(host: host, port: port)
    }
}

extension MetricsAddress: CustomStringConvertible {
    /// "127.0.0.1:9102", "[::1]:9102".
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
