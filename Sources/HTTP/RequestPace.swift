import Threads

/// When several clients of one server may send: so many requests are under way, and where it asks one of them to wait
/// (`Retry-After`), all do.
///
/// It may be used on any thread.
public final class RequestPace: Sendable {
    /// The longest wait that is obeyed, in seconds; a server that asks for more is answered with giving up.
    public let longest: Double

    private struct State {
        var end: Deadline?
        /// How often it was asked to wait since an answer was another.
        var count = 0
    }

    private let state = Guarded(State())
    /// So many waits in a row, whoever's, are no pace that a server sets, but a server that answers nothing else.
    private static let mostInARow = 1000

    private let slots: RequestSlots

    /// - Parameters:
    ///   - most: how many requests are under way at the same time, 1 or more.
    ///   - longest: the longest wait that is obeyed, in seconds.
    public init(most: Int, longest: Double = 600) {
        slots = RequestSlots(most)
        self.longest = longest
    }

    /// Sends a request when there is a place for it.
    func send<Value>(_ body: () -> Value) -> Value { slots.use(body) }

    /// The seconds for which nothing may be sent, 0 where something may.
    public var remaining: Double { state.withLock { $0.end?.remaining ?? 0 } }

    /// Whether nothing may be sent now.
    public var isHeld: Bool { remaining > 0 }

    /// Over how many seconds those who waited begin again.
    var spread: Double { state.withLock { min(1, ($0.end?.seconds ?? 0) / 2) } }

    /// Holds all back for so many seconds from now, or longer where they are already.
    ///
    /// - Returns: false where that is too long, or too often.
    func hold(_ seconds: Double) -> Bool {
        state.withLock { state in
            state.count += 1
            guard seconds <= longest, state.count <= Self.mostInARow else { return false }
            let end = Deadline(seconds: seconds)
            if let known = state.end, known > end { return true }
            state.end = end
            return true
        }
    }

    /// Notes that the server answered something else.
    func goOn() { state.withLock { $0.count = 0 } }
}
