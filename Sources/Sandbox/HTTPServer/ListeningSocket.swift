import Glibc

/// A TCP socket that listens on one port of one IPv4 address.
final class ListeningSocket {
    let port: UInt16
    private var descriptor: Int32

    /// Listens; port 0 has the kernel choose one that is free.
    ///
    /// - Parameters:
    ///   - purpose: What for, in a message.
    ///   - option: The option that sets the port, in a hint.
    init(address: String, port: UInt16, for purpose: String, option: String) throws(SandboxError) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else {
            throw SandboxError(.server, "cannot make a socket: \(String(cString: strerror(errno)))")
        }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        guard inet_pton(AF_INET, address, &name.sin_addr) == 1 else {
            Glibc.close(descriptor)
            throw SandboxError(.options, "\(address) is no IPv4 address to listen on")
        }
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let failure = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name -> Int32 in
                guard bind(descriptor, name, length) == 0, listen(descriptor, 1024) == 0,
                    getsockname(descriptor, name, &length) == 0
                else { return errno }
                return 0
            }
        }
        guard failure == 0 else {
            Glibc.close(descriptor)
            throw Self.failure(failure, address, port, purpose, option)
        }
        self.descriptor = descriptor
        self.port = UInt16(bigEndian: name.sin_port)
    }

    deinit { close() }

    /// Lets the port go.
    func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    /// Hands the descriptor to a new owner.
    func takeDescriptor() -> Int32 {
        defer { descriptor = -1 }
        return descriptor
    }

    private static func failure(
        _ number: Int32, _ address: String, _ port: UInt16, _ purpose: String, _ option: String
    ) -> SandboxError {
        if number == EADDRINUSE {
            let holder = PortHolder.find(port: port).map { " by \($0)" } ?? ""
            return SandboxError(
                .portInUse, "port \(port) for \(purpose) is in use\(holder)",
                hint: "choose another one with \(option) PORT, or a free one with \(option) 0")
        }
        return SandboxError(
            .server, "cannot listen on \(address) port \(port) for \(purpose): \(String(cString: strerror(number)))")
    }
}
