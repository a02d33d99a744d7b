import CMosquitto
import Glibc

/// SIGINT and SIGTERM as something to wait for beside a socket (signalfd(2)), so that a program ends in good order.
///
/// The signals are blocked from its making to its end; make one before any thread is started.
public final class StopSignals {
    /// What to wait for beside other things; it is readable when a signal came.
    public let descriptor: Int32
    private var previous = sigset_t()

    public init() throws(MQTTError) {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGINT)
        sigaddset(&set, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &set, &previous)
        descriptor = signalfd(-1, &set, Int32(SFD_CLOEXEC) | Int32(SFD_NONBLOCK))
        guard descriptor >= 0 else {
            throw MQTTError(.library, "cannot wait for signals: \(String(cString: strerror(errno)))")
        }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        pthread_sigmask(SIG_SETMASK, &previous, nil)
    }

    /// Waits for a signal, where nothing else is waited for.
    ///
    /// - Returns: its number; nil where none came until `end`.
    public func wait(until end: MonotonicTime) -> Int32? {
        while true {
            if let signal = take() { return signal }
            let rest = end - .now
            if rest <= 0 { return nil }
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            poll(&entry, 1, Int32(clamping: Int64((min(rest, 86_400) * 1000).rounded(.up))))
        }
    }

    /// The number of the signal that came, or nil.
    public func take() -> Int32? {
        var info = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        return read(descriptor, &info, size) == size ? Int32(info.ssi_signo) : nil
    }
}
