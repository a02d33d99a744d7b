import CommandLineKit

/// A length of time as a person writes it: `5s`, `500ms`, `1.5m`, `2h`, `30d`, `2w`, or seconds without a unit.
struct Period: ExpressibleByArgument, Equatable {
    /// More than 0, and at most a hundred years of 365 days.
    let seconds: Double

    static let valueName = "time"

    init(seconds: Double) { self.seconds = seconds }

    init(argument: String) throws(UsageError) {
        let unit = argument.drop { $0 != "-" && $0 != "+" && $0 != "e" && !$0.isLetter }
        let factors: [Substring: Double] = [
            "": 1, "ms": 0.001, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400, "w": 604_800,
        ]
        guard let factor = factors[unit], let number = Double(argument.dropLast(unit.count)), number.isFinite else {
            throw UsageError("'\(argument)' is no time", hint: "write 500ms, 5s, 1.5m, 2h or 30d")
        }
        guard (0.001...3_153_600_000).contains(number * factor) else {
            throw UsageError("'\(argument)' is not between a millisecond and a hundred years")
        }
        seconds = number * factor
    }

    var defaultValueDescription: String { description }
}

extension Period: CustomStringConvertible {
    /// The time in the largest unit that gives a whole number: "500 ms", "5 s", "90 s", "2 min", "30 d".
    var description: String {
        let milliseconds = Int64((seconds * 1000).rounded())
        if milliseconds % 1000 != 0 || milliseconds == 0 {
            return milliseconds < 1000 ? "\(milliseconds) ms" : "\(Double(milliseconds) / 1000) s"
        }
        let whole = milliseconds / 1000
        if whole % 86_400 == 0 { return "\(whole / 86_400) d" }
        if whole % 3600 == 0 { return "\(whole / 3600) h" }
        if whole % 60 == 0 { return "\(whole / 60) min" }
        return "\(whole) s"
    }
}
