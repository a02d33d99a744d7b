import Glibc

/// Connections to a listener on this machine by a socket's path (unix(7)).
enum LocalSocket {
    enum Connection {
        /// A socket that does not block, which is the caller's to close.
        case connected(Int32)
        /// The listener has no room for more at the moment.
        case busy
        /// Nobody listens.
        case refused
    }

    /// Connects to a path of at most 107 bytes; this does not block.
    static func connect(to path: String) -> Connection {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let socket = Glibc.socket(AF_UNIX, kind, 0)
        guard socket >= 0 else { return .busy }
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let isConnected = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.connect(socket, $0, length) == 0 }
        }
        if isConnected { return .connected(socket) }
        let isBusy = errno == EAGAIN
        close(socket)
        return isBusy ? .busy : .refused
    }
}
