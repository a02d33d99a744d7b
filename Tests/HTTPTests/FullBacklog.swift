import Foundation
import TestSupport

/// A port of this machine that answers no more connections, since nobody accepts those that wait.
final class FullBacklog {
    let port: UInt16
    private var descriptors: [Int32] = []

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        descriptors.append(listener)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isOpen = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        guard isOpen, listen(listener, 1) == 0 else { throw SupportError("no listening socket") }
        // Connections wait to be accepted until one finds no room; the kernel then drops what asks for more.
        for _ in 0..<16 {
            let waiting = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
            descriptors.append(waiting)
            _ = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(waiting, $0, length) }
            }
            var poller = pollfd(fd: waiting, events: Int16(POLLOUT), revents: 0)
            if poll(&poller, 1, 200) == 0 { return }
        }
        throw SupportError("the backlog does not fill")
    }

    deinit {
        for descriptor in descriptors { close(descriptor) }
    }
}
