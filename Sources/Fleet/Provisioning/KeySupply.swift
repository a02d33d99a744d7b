import Enrollment
import PKI
import Threads

/// Keys made ahead on all cores, no more than a few more than are asked for, so that memory stays flat and none is made for nothing.
///
/// That is for RSA. A key on a curve takes 0.02 ms, less than to hand it from one thread to another: it is made when it is taken.
final class KeySupply: Sendable {
    private struct State {
        /// How many are still to be begun.
        var wanted: Int
        /// How many are in the making.
        var making = 0
        var ready: [Result<PrivateKey, PKIError>] = []
        var isStopped = false
    }

    private let state: Guarded<State>
    private let algorithm: KeyAlgorithm
    private let isMadeAhead: Bool
    /// How many may be ready or in the making.
    private let mostAhead: Int

    /// - Parameters:
    ///   - count: how many will be asked for at most.
    ///   - mostAhead: how many may wait to be taken.
    init(_ algorithm: KeyAlgorithm, count: Int, mostAhead: Int) {
        isMadeAhead = if case .rsa = algorithm { true } else { false }
        state = Guarded(State(wanted: isMadeAhead ? count : 0))
        (self.algorithm, self.mostAhead) = (algorithm, max(1, mostAhead))
    }

    /// Makes keys until all are made, or nobody wants any more; to be run on a thread for each core.
    func make() {
        while beginOne() {
            let key = Result { () throws(PKIError) in try PrivateKey(generating: algorithm) }
            state.withLock { state in
                state.making -= 1
                state.ready.append(key)
            }
        }
    }

    /// The next key; nil once stopped.
    func take() throws(PKIError) -> PrivateKey? {
        guard isMadeAhead else {
            return state.withLock { $0.isStopped } ? nil : try PrivateKey(generating: algorithm)
        }
        let next: Result<PrivateKey, PKIError>? = state.wait { state in
            if state.isStopped { return .some(nil) }
            return state.ready.isEmpty ? nil : .some(state.ready.removeFirst())
        }
        return try next?.get()
    }

    /// One less will be asked for.
    func leaveOne() { state.withLock { $0.wanted -= 1 } }

    /// Nobody takes any more.
    func stop() { state.withLock { $0.isStopped = true } }

    /// Waits for its turn to make one; false where there is none to make any more.
    private func beginOne() -> Bool {
        state.wait { state in
            if state.isStopped || state.wanted <= 0 { return false }
            guard state.ready.count + state.making < mostAhead else { return nil }
            state.wanted -= 1
            state.making += 1
            return true
        }
    }
}
