import Glibc

/// A TCP socket that listens on one address of this machine.
final class ListeningSocket {
    /// The port that it got.
    let port: UInt16
    private var descriptor: Int32

    /// Listens on the first of a host's addresses that it can.
    ///
    /// - Throws: `FleetError` with `.cannotListen`.
    init(_ address: MetricsAddress) throws(FleetError) {
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(address.host, "\(address.port)", &hints, &list)
        guard code == 0 else {
            throw Self.failure(address, String(cString: gai_strerror(code)))
        }
        defer { freeaddrinfo(list) }
        var entry = list
        var reason = EADDRNOTAVAIL
        while let info = entry?.pointee {
            if let found = Self.listening(on: info) {
                (descriptor, port) = found
                return
            }
            reason = errno
            entry = info.ai_next
        }
        throw Self.failure(address, String(cString: strerror(reason)))
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Hands the descriptor to a new owner.
    func takeDescriptor() -> Int32 {
        defer { descriptor = -1 }
        return descriptor
    }

    /// Nil where it cannot; errno says why.
    private static func listening(on info: addrinfo) -> (Int32, UInt16)? {
        let flags = Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(info.ai_family, info.ai_socktype | flags, info.ai_protocol)
        guard descriptor >= 0 else { return nil }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard bind(descriptor, info.ai_addr, info.ai_addrlen) == 0, listen(descriptor, 16) == 0,
            let port = boundPort(descriptor)
        else {
            let reason = errno
            close(descriptor)
            errno = reason
            return nil
        }
        return (descriptor, port)
    }

    /// The port is at the same place in the addresses of IPv4 and IPv6.
    private static func boundPort(_ descriptor: Int32) -> UInt16? {
        var name = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let isKnown = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) == 0 }
        }
        return isKnown ? UInt16(bigEndian: name.sin6_port) : nil
    }

    private static func failure(_ address: MetricsAddress, _ reason: String) -> FleetError {
        FleetError(
            .cannotListen,
            "cannot serve metrics on \(address.host) port \(address.port): \(reason.prefix(1).lowercased() + reason.dropFirst())",
            hint: "choose another port, or a free one: --metrics 0")
    }
}
