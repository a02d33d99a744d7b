import Threads

/// What a release of x509-identity-mgmt does with the owner that comes with a certificate request.
///
/// It cannot be told from the answer. It is one release's way for all: of many devices the first to be looked at tells it, and the
/// others need no request more. It may be used on any thread.
public final class OwnerHabit: Sendable {
    enum Habit {
        case unknown
        /// The certificate belongs to the owner from the start.
        case taken
        /// It belongs to nobody, and nothing was said.
        case dropped
        /// No certificate can have an owner (0.5, 0.6).
        case refused
    }

    private struct State {
        var habit = Habit.unknown
        /// The serial numbers of what was signed for an owner, and not associated yet.
        var signed: Set<String> = []
    }

    private let state = Guarded(State())

    /// Nothing is known yet.
    public init() {}

    /// Notes that a certificate was signed by a request that named its owner.
    func wasSigned(_ serialNumber: String) { state.withLock { _ = $0.signed.insert(serialNumber) } }

    /// What became of the owner of a certificate, which is asked about once; unknown where its request named none.
    func habit(with serialNumber: String) -> (isOfRequest: Bool, Habit) {
        state.withLock { state in
            let isOfRequest = state.signed.remove(serialNumber) != nil
            return (isOfRequest, isOfRequest ? state.habit : .unknown)
        }
    }

    /// Whether the release accepts no owner at all, neither with a request nor later.
    var areRefused: Bool { state.withLock { $0.habit == .refused } }

    /// Notes what was found of a certificate whose request named its owner.
    func learn(_ habit: Habit) { state.withLock { $0.habit = habit } }
}
