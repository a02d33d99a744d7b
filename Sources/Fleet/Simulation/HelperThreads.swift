import Enrollment
import Glibc
import MQTT
import Synchronization
import Threads

/// A few threads that do something beside the fleet's loops, until they are told to stop.
final class HelperThreads: Sendable {
    private let stops = Atomic<Bool>(false)
    private let threads = Guarded<[BackgroundThread<Void>]>([])

    /// Whether they are to stop.
    var isStopping: Bool { stops.load(ordering: .relaxed) }

    /// Starts so many.
    ///
    /// - Throws: `.cannotCreate` where the system gives no threads.
    func start(_ count: Int, _ work: @escaping @Sendable () -> Void) throws(EnrollmentError) {
        for _ in 0..<count {
            let thread = try BackgroundThread(work)
            threads.withLock { $0.append(thread) }
        }
    }

    /// Has them stop, and waits for that.
    func stop() {
        stops.store(true, ordering: .relaxed)
        let running = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        for thread in running { thread.join() }
    }

    /// Sleeps; false where they are to stop before the time has come.
    func sleep(until time: MonotonicTime) -> Bool {
        while true {
            if isStopping { return false }
            let rest = time - .now
            if rest <= 0 { return true }
            var slice = timespec(tv_sec: 0, tv_nsec: Int(min(rest, 0.1) * 1e9))
            nanosleep(&slice, nil)
        }
    }
}
