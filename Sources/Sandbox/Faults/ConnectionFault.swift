/// What a fault does to a connection to the broker.
struct ConnectionFault: Sendable, Equatable {
    enum Direction: String, Sendable, CaseIterable {
        case toDevice = "to-device"
        case toBroker = "to-broker"
    }

    /// How a connection is ended, and when.
    struct Ending: Sendable, Equatable {
        /// By a reset (RST); else an orderly end.
        var isReset = false
        /// After so many bytes from when the fault took hold; 0 for at once.
        var bytes: Int
        /// Whether those to the device alone count; else both ways together.
        var countsToDevice = false
    }

    /// A fault that has taken hold of a connection.
    struct Held: Sendable {
        /// The number of its rule.
        let rule: Int
        let fault: ConnectionFault
        /// The moment of the monotonic clock when it lets go.
        let end: Double
    }

    private(set) var ending: Ending?
    /// Where nothing passes, and no end does.
    private(set) var silent: Set<Direction> = []
    /// Seconds by which all that passes is late.
    private(set) var delay = 0.0
    /// The bytes a second that pass, each way; nil for all.
    private(set) var rate: Int?
    /// Whether it is over before the handshake of TLS is.
    private(set) var isOfHandshake = false

    /// Less than the first record of a broker's handshake has, whichever version of TLS it is (RFC 8446, RFC 5246).
    private static let partOfHandshake = 64

    /// Whether such a connection can have it.
    func isAbout(secured: Bool, isNew: Bool) -> Bool { !isOfHandshake || (secured && isNew) }

    /// Reads a word of a rule; false where it is no effect.
    mutating func take(_ word: FaultWord) -> Bool {
        switch (word.name, word.value) {
        case ("cut", nil): return take(Ending(bytes: 0))
        case ("reset", nil): return take(Ending(isReset: true, bytes: 0))
        case ("cut", _): return word.whole.map { take(Ending(bytes: $0)) } ?? false
        case ("reset", _): return word.whole.map { take(Ending(isReset: true, bytes: $0)) } ?? false
        case ("handshake-cut", nil):
            isOfHandshake = true
            return take(Ending(bytes: Self.partOfHandshake, countsToDevice: true))
        case ("stall", nil): silent = Set(Direction.allCases)
        case ("silence", let value?):
            guard let direction = Direction(rawValue: String(value)) else { return false }
            silent.insert(direction)
        case ("drip", _):
            guard let number = word.whole, number > 0 else { return false }
            rate = number
        case ("delay", _):
            guard let number = word.number else { return false }
            delay = number
        default: return false
        }
        return true
    }

    private mutating func take(_ ending: Ending) -> Bool {
        guard self.ending == nil else { return false }
        self.ending = ending
        return true
    }
}
