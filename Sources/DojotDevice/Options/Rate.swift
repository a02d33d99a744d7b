import CommandLineKit

/// How often something happens as a person writes it: `5000/s`, `90/min`, `12/h`, or a number a second without a unit.
struct Rate: ExpressibleByArgument, Equatable {
    /// Times a second, more than 0.
    let perSecond: Double

    static let valueName = "number/s"

    init(perSecond: Double) { self.perSecond = perSecond }

    init(argument: String) throws(UsageError) {
        let parts = argument.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let units: [Substring: Double] = ["s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400]
        guard let number = Double(parts[0]), number.isFinite, let unit = parts.count == 1 ? 1 : units[parts[1]] else {
            throw UsageError("'\(argument)' is no rate", hint: "write 5000/s, 90/min or 12/h")
        }
        guard (0.000_01...10_000_000).contains(number / unit) else {
            throw UsageError("'\(argument)' is not between one in a day and ten millions a second")
        }
        perSecond = number / unit
    }

    var defaultValueDescription: String { description }
}

extension Rate: CustomStringConvertible {
    /// "5000/s", "0.5/s".
    var description: String {
        perSecond == perSecond.rounded() ? "\(Int(perSecond))/s" : "\(perSecond)/s"
    }
}
