import Glibc

/// A point in time to the second, as certificates count it.
///
/// It does without Foundation's formatters, which would cost a short program most of its start.
public struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Seconds since 1970-01-01T00:00:00Z, without leap seconds.
    public let unixSeconds: Int64

    /// Makes a point in time from Unix seconds.
    public init(unixSeconds: Int64) { self.unixSeconds = unixSeconds }

    /// The machine's own idea of the time.
    public static var now: Timestamp { Timestamp(unixSeconds: Int64(time(nil))) }

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.unixSeconds < right.unixSeconds }

    /// The time in UTC by RFC 3339, such as "2026-11-23T20:14:00Z"; "an unreadable date" for the beginning of time, which stands for
    /// what is no time.
    public var description: String {
        if unixSeconds == .min { return "an unreadable date" }
        var (days, second) = unixSeconds.quotientAndRemainder(dividingBy: 86_400)
        if second < 0 { (days, second) = (days - 1, second + 86_400) }
        let (year, month, day) = Self.civilDate(daysSince1970: days)
        return "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
            + "T\(Self.padded(second / 3600, 2)):\(Self.padded(second / 60 % 60, 2)):\(Self.padded(second % 60, 2))Z"
    }

    /// The date in the proleptic Gregorian calendar, by Howard Hinnant's civil_from_days.
    ///
    /// https://howardhinnant.github.io/date_algorithms.html#civil_from_days
    private static func civilDate(daysSince1970: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = daysSince1970 + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number.magnitude)
        return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
