import Threads

/// Work that is done in rounds, each for all who ask for it while the round before is under way: what takes as long for a thousand as for
/// one is not done a thousand times.
final class SharedWork<Item: Sendable, Output: Sendable>: Sendable {
    typealias Work = @Sendable ([Item]) -> Result<Output, Refusal>

    private struct State {
        /// What the next round is for, and its number.
        var items: [Item] = []
        var round = 0
        var isUnderWay = false
        /// What came of rounds, and how many still wait to be told.
        var outcomes: [Int: Result<Output, Refusal>] = [:]
        var waiting: [Int: Int] = [:]
    }

    private let state = Guarded(State())
    private let work: Work

    init(_ work: @escaping Work) { self.work = work }

    /// Has the work done for items, by this thread or by another one; gives what came of it.
    func run(_ items: [Item]) throws(Refusal) -> Output {
        let round = state.withLock { state in
            state.items += items
            state.waiting[state.round, default: 0] += 1
            return state.round
        }
        while true {
            let turn = state.wait(seconds: 3600) { state -> Turn? in
                if let outcome = state.outcomes[round] {
                    let left = (state.waiting[round] ?? 1) - 1
                    state.waiting[round] = left == 0 ? nil : left
                    if left == 0 { state.outcomes[round] = nil }
                    return .done(outcome)
                }
                guard !state.isUnderWay else { return nil }
                state.isUnderWay = true
                state.round += 1
                defer { state.items = [] }
                return .begin(state.items)
            }
            switch turn {
            case .done(let outcome): return try outcome.get()
            case .begin(let items):
                let outcome = work(items)
                state.withLock { state in
                    state.outcomes[round] = outcome
                    state.isUnderWay = false
                }
            case nil: continue
            }
        }
    }

    private enum Turn {
        case done(Result<Output, Refusal>)
        case begin([Item])
    }
}
