import Foundation

/// What is the same in each run's output: its words, their order, units and places. So the README's can be compared with a run's.
///
/// - A number with its decimals becomes `N`. Digits of a name stay: `p99`, `P-256`, `f60c28`.
/// - Behind a number there are two spaces where there are more, since columns are as wide as their numbers; so there are in
///   the heading of such columns, which is in capitals.
/// - A bar with what is empty of it becomes `█`.
/// - What failed stands in the order of the alphabet: it is printed in that of how often.
enum OutputShape {
    static func of(_ lines: [String]) -> [String] { lines.map(of) }

    static func of(_ line: String) -> String {
        var shape = line.replacing("[█▉▊▋▌▍▎▏]+ *", with: "█ ")
        shape = shape.replacing("(?<![\\w.-])[0-9]+(\\.[0-9]+)?", with: "N").replacing("N {2,}", with: "N  ")
        if !shape.contains(where: { !$0.isUppercase && $0 != " " }) { shape = shape.replacing(" {2,}", with: "  ") }
        guard let name = shape.range(of: "^ *failures +", options: .regularExpression) else { return shape }
        let causes = shape[name.upperBound...].components(separatedBy: ", ").sorted()
        return shape[name] + causes.joined(separator: ", ")
    }
}

extension String {
    /// The text with another in place of what fits a regular expression.
    fileprivate func replacing(_ expression: String, with other: String) -> String {
        replacingOccurrences(of: expression, with: other, options: .regularExpression)
    }
}
