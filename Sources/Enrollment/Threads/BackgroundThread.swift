import Glibc
import Threads

/// Work on a thread of its own, see pthread_create(3).
public final class BackgroundThread<Value: Sendable>: Sendable {
    private let thread: pthread_t
    private let result: Result

    /// What comes of the work; the thread holds on to this, not to the `BackgroundThread`.
    private final class Result: Sendable {
        let value = Guarded<Value?>(nil)
    }

    /// Begins the work.
    ///
    /// - Throws: `.cannotCreate` where the system gives no thread.
    public init(_ work: @escaping @Sendable () -> Value) throws(EnrollmentError) {
        let result = Result()
        let body = ThreadBody {
            let value = work()
            result.value.withLock { $0 = value }
        }
        let held = Unmanaged.passRetained(body)
        var thread = pthread_t()
        let status = pthread_create(&thread, nil, runThreadBody, held.toOpaque())
        guard status == 0 else {
            held.release()
            throw EnrollmentError(.cannotCreate, "cannot start a thread: \(String(cString: strerror(status)))")
        }
        self.thread = thread
        self.result = result
    }

    /// Leaves the thread to itself, instead of `join`.
    public func detach() { pthread_detach(thread) }

    /// Whether the work is done.
    public var isFinished: Bool { result.value.withLock { $0 != nil } }

    /// Waits for the end of the work; to be called once.
    public func join() -> Value {
        pthread_join(thread, nil)
        // The thread's body puts it there before it ends.
        guard let value = result.value.withLock({ $0 }) else { preconditionFailure("a thread ended with no result") }
        return value
    }
}

/// The work without its type, since a function for C knows no generic ones.
private final class ThreadBody: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

private let runThreadBody: @Sendable @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { held in
    if let held { Unmanaged<ThreadBody>.fromOpaque(held).takeRetainedValue().run() }
    return nil
}
