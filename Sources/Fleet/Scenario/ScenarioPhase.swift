/// A part of a run: for some time, so many connections and publications a second.
public struct ScenarioPhase: Sendable, Equatable {
    /// What a phase does, by the name that it has in the file.
    public enum Kind: String, CaseIterable, Sendable {
        /// Goes evenly from what was before to what is given: without `connections` to all devices.
        case ramp
        /// Stays as it was, or goes at once to what is given and stays there.
        case steady
        /// Goes at once to what is given, and at its end back to what was before.
        case spike
        /// Goes evenly from what was before to what is given: without `connections` to none.
        case drain
    }

    /// How many of the devices are meant.
    public enum Quantity: Sendable, Equatable {
        case count(Int)
        /// 0 to 1.
        case share(Double)

        /// "100", or a share such as "5%"; nil where it is neither.
        init?(_ text: some StringProtocol) {
            if text.hasSuffix("%") {
                guard let share = Double(text.dropLast()), (0...100).contains(share) else { return nil }
                self = .share(share / 100)
            } else {
                guard let count = Int(text), (0...1_000_000_000).contains(count) else { return nil }
                self = .count(count)
            }
        }

        /// Of so many devices; never more than there are.
        func of(_ devices: Int) -> Double {
            switch self {
            case .count(let count): Double(min(count, devices))
            case .share(let share): share * Double(devices)
            }
        }
    }

    /// The times of a scenario, in seconds: a year is the longest.
    static let times = 0.0...31_536_000

    public let kind: Kind
    /// In seconds, more than 0.
    public let duration: Double
    /// Nil for what the kind says.
    public let connections: Quantity?
    /// Publications a second of all devices together; nil for what was before.
    public let rate: Double?

    /// Describes a phase.
    public init(_ kind: Kind, for duration: Double, connections: Quantity? = nil, rate: Double? = nil) {
        (self.kind, self.duration, self.connections, self.rate) = (kind, duration, connections, rate)
    }
}
