import Glibc
import Synchronization

/// One value from one thread to another, which waits for it.
final class Handover<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)
    private let isThere = Atomic<Bool>(false)

    func put(_ new: Value) {
        value.withLock { $0 = new }
        isThere.store(true, ordering: .releasing)
    }

    /// Waits for the value, looking each millisecond; to be called once.
    func take() -> Value {
        while !isThere.load(ordering: .acquiring) { usleep(1000) }
        guard let taken = value.withLock({ $0 }) else { preconditionFailure("what was handed over is not there") }
        return taken
    }
}
