/// How many users a worker is to run, and how; the master sends one for each step of a ramp, and each counts for itself.
struct SpawnOrder: Equatable, Sendable {
    /// The most users of one worker that are believed.
    static let mostUsers = 10_000_000

    /// When the master decided it, in seconds since 1970 by its own clock: an older one than the last is void.
    let timestamp: Double
    let users: UserCounts
    let options: SpawnOptions

    /// - Throws: `FleetError` with `.invalidMessage`.
    init(_ data: MessagePackValue) throws(FleetError) {
        guard let timestamp = data["timestamp"]?.number, case .map(let counts) = data["user_classes_count"] else {
            throw FleetError(.invalidMessage, "an order to spawn has no time, or no users")
        }
        var classes: [(name: String, count: Int)] = []
        var total = 0
        for pair in counts {
            guard let name = pair.key.text, let count = pair.value.integer, (0...Self.mostUsers).contains(count),
                total + count <= Self.mostUsers
            else { throw FleetError(.invalidMessage, "an order to spawn has no number of users that can be run") }
            classes.append((name, count))
            total += count
        }
        self.timestamp = timestamp
        users = UserCounts(classes: classes)
        options = SpawnOptions(data)
    }
}

/// What the master's command line, or the form of its page, says of the test.
public struct SpawnOptions: Equatable, Sendable {
    private let values: MessagePackValue
    private let timestamp: Double?

    init(_ data: MessagePackValue) {
        values = data["parsed_options"] ?? .null
        timestamp = data["timestamp"]?.number
    }

    /// How long the test had gone on when the master said this, in seconds by its own clock, 0 or more; nil where its locustfile
    /// does not tell (`test_started`, in seconds since 1970).
    public var elapsed: Double? {
        guard let timestamp, let start = values["test_started"]?.number else { return nil }
        return max(0, timestamp - start)
    }

    /// An option's text, or its number as one; nil where it is not set, or empty.
    ///
    /// - Parameter name: as Python has it, such as "run_time" for `--run-time`.
    public func text(_ name: String) -> String? {
        switch values[name] {
        case .text(let text): text.isEmpty ? nil : text
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        default: nil
        }
    }

    /// An option's finite number; nil where it is not set, or empty.
    ///
    /// The form makes a text of an option that has no value at first.
    /// - Throws: `FleetError` with `.invalidOrder` for a text that is no number.
    public func number(_ name: String) throws(FleetError) -> Double? {
        if let number = values[name]?.number { return number }
        guard let text = text(name) else { return nil }
        guard let number = Double(text), number.isFinite else {
            throw FleetError(.invalidOrder, "the master's option '\(name)' is no number")
        }
        return number
    }

    /// An option's whole number; nil where it is not set, or empty.
    ///
    /// - Throws: `FleetError` with `.invalidOrder` for anything else than a whole number.
    public func integer(_ name: String) throws(FleetError) -> Int? {
        guard let number = try number(name) else { return nil }
        guard let integer = Int(exactly: number) else {
            throw FleetError(.invalidOrder, "the master's option '\(name)' is no whole number")
        }
        return integer
    }

    /// Whether a switch is on: true, or a text that says so.
    public func isSet(_ name: String) -> Bool {
        switch values[name] {
        case .boolean(let value): value
        case .text(let text): ["true", "yes", "on", "1"].contains(text)
        default: false
        }
    }
}
