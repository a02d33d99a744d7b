import Glibc

/// An absolute URL with `http` or `https` (RFC 3986), taken apart and checked: no user information, no fragment.
public struct HTTPURL: Hashable, Sendable, CustomStringConvertible {
    /// The whole: scheme and host in lower case, the port where one was given, the rest as it was.
    public let description: String
    /// Whether what is sent crosses the network in the clear.
    public let isPlainHTTP: Bool
    /// The host without brackets, in lower case: "localhost", "192.0.2.7", "::1".
    public let host: String
    /// The port: the one given, else 80 or 443.
    public let port: UInt16
    /// Host and port as they stand in the URL: "localhost:8000", "[::1]".
    public let authority: String
    /// Path and query, in visible ASCII characters: empty, or with "/" or "?" at its beginning.
    public let target: String

    /// Reads a URL; nil for anything but what is described above.
    public init?(_ text: String) {
        let scheme = text.lowercased().hasPrefix("https://") ? "https" : "http"
        guard text.lowercased().hasPrefix("\(scheme)://") else { return nil }
        let rest = text.dropFirst(scheme.count + 3)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let target = rest.dropFirst(authority.count)
        guard target.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }),
            let (host, bracketed, port) = HTTPURL.split(authority)
        else { return nil }
        isPlainHTTP = scheme == "http"
        self.host = host
        self.port = port ?? (scheme == "http" ? 80 : 443)
        self.target = String(target)
        self.authority = (bracketed ? "[\(host)]" : host) + (port.map { ":\($0)" } ?? "")
        description = "\(scheme)://\(self.authority)\(target)"
    }

    /// Whether the host is this machine: localhost, 127.0.0.0/8 or ::1. What is sent there crosses no network.
    public var isLoopback: Bool {
        host == "localhost" || host.hasSuffix(".localhost") || host == "::1"
            || (host.hasPrefix("127.") && HTTPURL.isAddress(host, family: AF_INET))
    }

    private static func split(_ authority: Substring) -> (host: String, bracketed: Bool, port: UInt16?)? {
        let bracketed = authority.hasPrefix("[")
        let separator = authority.firstIndex(of: bracketed ? "]" : ":")
        guard let end = separator ?? (bracketed ? nil : authority.endIndex) else { return nil }
        let host = authority[..<end].dropFirst(bracketed ? 1 : 0).lowercased()
        let after = authority[end...].dropFirst(bracketed ? 1 : 0)
        guard bracketed ? isAddress(host, family: AF_INET6) : isName(host) else { return nil }
        if after.isEmpty { return (host, bracketed, nil) }
        let digits = after.dropFirst()
        guard after.hasPrefix(":"), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits),
            port > 0
        else { return nil }
        return (host, bracketed, port)
    }

    /// A host name or an IPv4 address: letters, digits, "-", "_", and "." between them (RFC 1123 section 2.1, and "_"
    /// since container networks use it).
    private static func isName(_ text: String) -> Bool {
        guard text.utf8.count <= 253, !text.hasPrefix("."), !text.hasPrefix("-"), !text.contains("..") else {
            return false
        }
        return !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }

    private static func isAddress(_ text: String, family: Int32) -> Bool {
        var storage = in6_addr()
        // C would take a text for what stands before a byte 0 in it.
        return !text.utf8.contains(0) && inet_pton(family, text, &storage) == 1
    }
}
