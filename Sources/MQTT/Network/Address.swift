import Glibc

/// A numeric address and port to connect to, or the path of a Unix socket.
struct Address: Equatable, Sendable, CustomStringConvertible {
    /// "127.0.0.1", "fe80::1%eth0" or a path.
    let host: String
    /// 0 for a Unix socket, as libmosquitto wants it.
    let port: UInt16

    var description: String {
        port == 0 ? host : host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// Whether `host` is an address and no name.
    static func isNumeric(_ host: String) -> Bool {
        var buffer = in6_addr()
        // C would take a text for what stands before a byte 0 in it.
        if host.utf8.contains(0) { return false }
        return inet_pton(AF_INET, host, &buffer) == 1 || inet_pton(AF_INET6, host, &buffer) == 1
    }
}

extension MQTTError {
    /// Why TCP, or a Unix socket, does not reach its target: the error's number, see connect(2).
    init(connectingTo target: String, _ number: Int32) {
        let reason = String(cString: strerror(number)).lowercased()
        switch number {
        case ECONNREFUSED, ENOENT:
            self.init(
                .refused, "cannot connect to \(target): \(reason)", hint: "is the broker running, and is this its port?"
            )
        default: self.init(.unreachable, "cannot connect to \(target): \(reason)")
        }
    }
}
