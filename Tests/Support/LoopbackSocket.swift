import Foundation

/// TCP sockets bound to loopback, on a port that the kernel chose.
public enum LoopbackSocket {
    /// Closed in children: one that held a socket of ours would keep it open.
    private static let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)

    /// A socket bound to a free port of 127.0.0.1, or of ::1; whoever takes it closes it.
    public static func bound(version6: Bool = false) throws -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(version6 ? AF_INET6 : AF_INET, kind, 0)
        guard descriptor >= 0 else { throw SupportError("socket: \(String(cString: strerror(errno)))") }
        guard let port = version6 ? bindVersion6(descriptor) : bindVersion4(descriptor) else {
            let reason = String(cString: strerror(errno))
            close(descriptor)
            throw SupportError("bind to loopback: \(reason)")
        }
        return (descriptor, port)
    }

    /// Begins to connect to a port of 127.0.0.1 and does not wait for it; whoever takes the socket closes it.
    public static func connecting(to port: UInt16) -> Int32 {
        let descriptor = socket(AF_INET, kind | Int32(SOCK_NONBLOCK.rawValue), 0)
        var address = loopback4(port)
        withGeneric(&address) { _ = connect(descriptor, $0, $1.pointee) }
        return descriptor
    }

    /// A socket connected to a port of 127.0.0.1; nil where nobody listens. Whoever takes it closes it.
    public static func connected(to port: UInt16) -> Int32? {
        let descriptor = socket(AF_INET, kind, 0)
        var address = loopback4(port)
        if withGeneric(&address, { connect(descriptor, $0, $1.pointee) == 0 }) { return descriptor }
        close(descriptor)
        return nil
    }

    private static func loopback4(_ port: UInt16 = 0) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }

    private static func bindVersion4(_ descriptor: Int32) -> UInt16? {
        var address = loopback4()
        return bindAndTell(descriptor, &address) ? UInt16(bigEndian: address.sin_port) : nil
    }

    private static func bindVersion6(_ descriptor: Int32) -> UInt16? {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_addr = in6addr_loopback
        return bindAndTell(descriptor, &address) ? UInt16(bigEndian: address.sin6_port) : nil
    }

    private static func bindAndTell(_ descriptor: Int32, _ address: inout some Any) -> Bool {
        withGeneric(&address) { bind(descriptor, $0, $1.pointee) == 0 && getsockname(descriptor, $0, $1) == 0 }
    }

    /// Hands an address of some family to the functions that take any.
    private static func withGeneric<Address, Result>(
        _ address: inout Address,
        _ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Result
    ) -> Result {
        var length = socklen_t(MemoryLayout<Address>.size)
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, &length) }
        }
    }
}
