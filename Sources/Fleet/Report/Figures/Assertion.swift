import CommandLineKit

/// What a run's summary must hold, as a person writes it: `publish.p99 < 250ms`, `lost == 0`, `revoked.off.count == revoked.devices`.
///
/// On the left is a figure; on the right a number with the figure's unit, or another figure of the same unit.
public struct Assertion: Sendable, Equatable {
    /// How the two sides are to be.
    public enum Relation: String, CaseIterable, Sendable {
        case less = "<"
        case atMost = "<="
        case more = ">"
        case atLeast = ">="
        case equal = "=="
        case notEqual = "!="
    }

    /// The right side.
    public enum Bound: Sendable, Equatable {
        /// In the unit of the figure.
        case number(Double)
        case figure(String)
    }

    /// What an assertion came to.
    public struct Outcome: Sendable, Equatable {
        /// The assertion as it was written.
        public let text: String
        /// Whether it holds; one about something that was never measured does not.
        public let holds: Bool
        /// What the figures are: "publish.p99 is 312 ms".
        public let found: String
    }

    /// As it was written.
    public let text: String
    /// The figure on the left.
    public let figure: String
    public let relation: Relation
    public let bound: Bound

    /// Reads an assertion.
    ///
    /// - Throws: `FleetError` with `.invalidDeclaration`: a name that no figure has, a number without its unit, and the like.
    public init(_ text: String) throws(FleetError) {
        self.text = text
        guard let symbol = text.firstRange(where: { "<>=!".contains($0) }),
            let relation = Relation(rawValue: String(text[symbol]))
        else {
            throw Self.error(
                text, "is no comparison",
                hint: "compare a figure: 'publish.p99 < 250ms', 'lost == 0', with < <= > >= == !=")
        }
        let left = try Self.figure(text[..<symbol.lowerBound], of: text)
        figure = left.name
        self.relation = relation
        bound = try Self.bound(text[symbol.upperBound...], for: left, of: text)
    }

    /// Says whether it holds.
    public func evaluate(_ summary: RunSummary) -> Outcome {
        let left = summary.figure(figure)
        var found = "\(figure) is \(left?.text ?? "none")"
        var right: Double?
        switch bound {
        case .number(let number): right = number
        case .figure(let name):
            let other = summary.figure(name)
            right = other?.value
            found += ", \(name) is \(other?.text ?? "none")"
        }
        guard let value = left?.value, let right else { return Outcome(text: text, holds: false, found: found) }
        return Outcome(text: text, holds: relation.holds(value, right), found: found)
    }

    // MARK: - Reading

    private static func figure(_ part: Substring, of text: String) throws(FleetError) -> Figure {
        let name = part.trimmed
        if let figure = RunSummary.empty.figure(name) { return figure }
        let names = RunSummary.empty.figures.map(\.name)
        let meant = Suggestion.nearest(to: name, among: names).map { "did you mean '\($0)'? " } ?? ""
        throw error(text, "there is no figure '\(name.printable)'", hint: meant + FigureNames.text)
    }

    private static func bound(
        _ part: Substring, for figure: Figure, of text: String
    ) throws(FleetError) -> Bound {
        let word = part.trimmed
        guard let first = word.first, first.isNumber || "+-.".contains(first) else {
            let other = try Self.figure(part, of: text)
            guard other.unit == figure.unit else {
                throw error(text, "\(figure.name) and \(other.name) are not measured in the same unit")
            }
            return .figure(other.name)
        }
        guard let number = figure.unit.number(word) else {
            throw error(
                text, "'\(word.printable)' is not what \(figure.name) is compared with", hint: figure.unit.example)
        }
        return .number(number)
    }

    private static func error(_ text: String, _ problem: String, hint: String? = nil) -> FleetError {
        FleetError(.invalidDeclaration, "'\(text.printable)': \(problem)", hint: hint)
    }
}

extension Assertion.Relation {
    func holds(_ left: Double, _ right: Double) -> Bool {
        switch self {
        case .less: left < right
        case .atMost: left <= right
        case .more: left > right
        case .atLeast: left >= right
        case .equal: left == right
        case .notEqual: left != right
        }
    }
}

extension StringProtocol {
    /// The first run of characters that are all wanted.
    fileprivate func firstRange(where isWanted: (Character) -> Bool) -> Range<Index>? {
        guard let start = firstIndex(where: isWanted) else { return nil }
        return start..<(self[start...].firstIndex { !isWanted($0) } ?? endIndex)
    }

    fileprivate var trimmed: String {
        let start = drop { $0 == " " || $0 == "\t" }
        return String(start.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
