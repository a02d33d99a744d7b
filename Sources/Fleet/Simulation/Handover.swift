import Threads

/// One value from one thread to another, which waits for it.
final class Handover<Value: Sendable>: Sendable {
    private let value = Guarded<Value?>(nil)

    func put(_ new: Value) { value.withLock { $0 = new } }

    /// Waits for the value.
    func take() -> Value { value.wait { $0 } }
}
