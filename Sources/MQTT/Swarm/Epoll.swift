import CLinux
import Glibc

/// An epoll(7) instance, level-triggered, whose descriptors are told apart by a number.
final class Epoll {
    /// What came of one descriptor.
    struct Ready {
        let number: Int
        /// EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP.
        let events: UInt32
    }

    private let descriptor: Int32
    private var entries = [epoll_event](repeating: epoll_event(), count: 256)

    init() throws(MQTTError) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else {
            throw MQTTError(.library, "cannot make an epoll instance: \(String(cString: strerror(errno)))")
        }
    }

    deinit { close(descriptor) }

    /// Begins to watch a descriptor; false where the system has no room for it.
    func add(_ file: Int32, _ events: UInt32, number: Int) -> Bool {
        control(EPOLL_CTL_ADD, file, events, number) == 0
    }

    /// Watches it for something else from now on.
    func change(_ file: Int32, _ events: UInt32, number: Int) { _ = control(EPOLL_CTL_MOD, file, events, number) }

    /// Watches it no more. A descriptor that has duplicates must be taken out before it is closed, or it is watched still.
    func remove(_ file: Int32) { _ = control(EPOLL_CTL_DEL, file, 0, 0) }

    /// Waits until something is ready, at most so long.
    func wait(until end: MonotonicTime, _ body: (Ready) -> Void) {
        let rest = end.nanoseconds - MonotonicTime.now.nanoseconds
        let milliseconds = Int32(clamping: max(0, (rest + 999_999) / 1_000_000))
        let count = epoll_wait(descriptor, &entries, Int32(entries.count), milliseconds)
        guard count > 0 else { return }
        for entry in entries[..<Int(count)] { body(Ready(number: Int(entry.data.u64), events: entry.events)) }
    }

    private func control(_ operation: Int32, _ file: Int32, _ events: UInt32, _ number: Int) -> Int32 {
        var entry = epoll_event(events: events, data: epoll_data_t(u64: UInt64(number)))
        return epoll_ctl(descriptor, operation, file, &entry)
    }
}
