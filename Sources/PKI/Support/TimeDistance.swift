/// How long something is away, as people say it: in one unit, rounded down.
public struct TimeDistance: CustomStringConvertible, Sendable {
    private let count: Int64
    private let unit: (long: StaticString, short: StaticString)

    /// Makes a distance from seconds; its direction does not count.
    public init(seconds: Int64) {
        let seconds = Int64(clamping: seconds.magnitude)
        switch seconds {
        case 86_400...: (count, unit) = (seconds / 86_400, ("day", "d"))
        case 3600...: (count, unit) = (seconds / 3600, ("hour", "h"))
        case 60...: (count, unit) = (seconds / 60, ("minute", "min"))
        default: (count, unit) = (seconds, ("second", "s"))
        }
    }

    /// Such as "341 days", "1 hour".
    public var description: String { "\(count) \(unit.long)\(count == 1 ? "" : "s")" }

    /// Such as "341 d", "1 h".
    public var short: String { "\(count) \(unit.short)" }
}

extension Timestamp {
    /// The seconds from this point in time to another, negative where that came before; a time without sense is far away.
    public func seconds(until other: Timestamp) -> Int64 {
        let (difference, isTooMuch) = other.unixSeconds.subtractingReportingOverflow(unixSeconds)
        return isTooMuch ? (other < self ? .min : .max) : difference
    }

    /// The whole days from this point in time to another, rounded down: -1 from the first second after it.
    public func days(until other: Timestamp) -> Int64 {
        let (days, rest) = seconds(until: other).quotientAndRemainder(dividingBy: 86_400)
        return rest < 0 ? days - 1 : days
    }
}
