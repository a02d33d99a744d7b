import Threads

/// How much all bodies together may hold that are on their way in: each by itself may be small, and their senders many and slow.
final class BodyBudget: Sendable {
    private let left: Guarded<Int>

    init(bytes: Int) { left = Guarded(bytes) }

    /// Takes so many bytes out of it; false, and nothing taken, where there are not as many.
    func take(_ bytes: Int) -> Bool {
        left.withLock { left in
            guard bytes <= left else { return false }
            left -= bytes
            return true
        }
    }

    /// Gives back what was taken.
    func give(back bytes: Int) { left.withLock { $0 += bytes } }
}
