/// One number of a run's summary, as assertions and comparisons name it: "publish.p99", "renewed.lost".
public struct Figure: Sendable, Equatable {
    /// What is measured.
    public enum Unit: Sendable {
        case count, milliseconds, seconds, percent, perSecond
    }

    /// Its name, with the cohort before it where it is one cohort's.
    public let name: String
    /// Nil where there was nothing to measure.
    public let value: Double?
    /// What it is measured in.
    public let unit: Unit

    /// The value with its unit: "41.2 ms", "4996/s", "0.1 %", "12"; "none" where there is none.
    public var text: String { value.map { unit.text($0) } ?? "none" }
}

extension Figure.Unit {
    /// A value with its unit; three digits, or all before the point where there are more.
    public func text(_ value: Double) -> String {
        switch self {
        case .count: value.rounded() == value && abs(value) < 1e15 ? "\(Int64(value))" : value.shortText
        case .milliseconds: "\(value.shortText) ms"
        case .seconds: "\(value.shortText) s"
        case .percent: "\(value.shortText) %"
        case .perSecond: "\(value.shortText)/s"
        }
    }
}

extension Double {
    /// Three digits, or all before the point where there are more, with no zero at the end of decimals.
    var shortText: String {
        guard isFinite, abs(self) < 1e15 else { return "\(self)" }
        let factor: Double = abs(self) >= 99.95 ? 1 : abs(self) >= 9.995 ? 10 : 100
        let rounded = (self * factor).rounded() / factor
        return rounded == rounded.rounded() ? "\(Int64(rounded))" : "\(rounded)"
    }
}
