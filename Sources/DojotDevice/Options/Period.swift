import CommandLineKit
import Payload

/// A length of time as a person writes it: `5s`, `500ms`, `1.5m`, `2h`, `30d`, `2w`, or seconds without a unit.
struct Period: ExpressibleByArgument, Equatable {
    /// More than 0, and at most a hundred years of 365 days.
    let seconds: Double

    static let valueName = "time"

    init(seconds: Double) { self.seconds = seconds }

    init(argument: String) throws(UsageError) {
        guard let seconds = PeriodText.seconds(argument) else {
            throw UsageError("'\(argument)' is no time", hint: "write 500ms, 5s, 1.5m, 2h or 30d")
        }
        guard (0.001...3_153_600_000).contains(seconds) else {
            throw UsageError("'\(argument)' is not between a millisecond and a hundred years")
        }
        self.seconds = seconds
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
