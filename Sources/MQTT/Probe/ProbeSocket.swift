import CMosquitto
import Glibc

/// A TCP socket that connects without blocking, and is closed when it goes.
struct ProbeSocket: ~Copyable {
    let descriptor: Int32
    /// What connect(2) said at once; 0 or EINPROGRESS is no failure.
    let firstError: Int32

    init(connectingTo address: Address) {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address.host, "\(address.port)", &hints, &list) == 0, let info = list?.pointee else {
            (descriptor, firstError) = (-1, EADDRNOTAVAIL)
            return
        }
        defer { freeaddrinfo(list) }
        let flags = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        descriptor = socket(info.ai_family, flags, 0)
        firstError = descriptor >= 0 && connect(descriptor, info.ai_addr, info.ai_addrlen) == 0 ? 0 : errno
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// How connecting has ended; nil while it goes on.
    var error: Int32? {
        if firstError != 0 && firstError != EINPROGRESS { return firstError }
        guard ProbeSocket.wait(descriptor, for: POLLOUT, until: .now) else { return nil }
        var number: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &length)
        return number
    }

    /// The first bytes that wait to be read, which stay where they are; none where nothing waits.
    func peek() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
        return Array(bytes.prefix(max(0, count)))
    }

    /// Waits until a descriptor is ready; false where it is not by `end`.
    static func wait(_ descriptor: Int32, for events: Int32, until end: MonotonicTime) -> Bool {
        while true {
            var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
            let rest = (end.nanoseconds - MonotonicTime.now.nanoseconds + 999_999) / 1_000_000
            let count = poll(&entry, 1, Int32(clamping: max(0, rest)))
            if count > 0 { return true }
            if count == 0 || errno != EINTR { return false }
        }
    }
}
