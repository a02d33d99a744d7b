import Foundation

/// A port of this machine that answers no more connections, since nobody accepts those that wait.
public final class FullBacklog {
    public let port: UInt16
    private var descriptors: [Int32] = []

    public init() throws {
        let listener: Int32
        (listener, port) = try LoopbackSocket.bound()
        descriptors.append(listener)
        guard listen(listener, 1) == 0 else { throw SupportError("listen on loopback") }
        // Connections wait to be accepted until one finds no room; the kernel then drops what asks for more.
        for _ in 0..<16 {
            let waiting = LoopbackSocket.connecting(to: port)
            descriptors.append(waiting)
            var poller = pollfd(fd: waiting, events: Int16(POLLOUT), revents: 0)
            if poll(&poller, 1, 200) == 0 { return }
        }
        throw SupportError("the backlog does not fill")
    }

    deinit {
        for descriptor in descriptors { close(descriptor) }
    }
}
