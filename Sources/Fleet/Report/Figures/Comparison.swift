/// A run beside an earlier one.
public struct Comparison: Sendable, Equatable {
    /// One figure of both.
    public struct Row: Sendable, Equatable {
        public let name: String
        public let unit: Figure.Unit
        /// Nil where there was nothing to measure.
        public let before, now: Double?
        /// How much more it is now, in per cent; nil where that cannot be said.
        public let change: Double?
        /// Whether it is worse than before by more than is let pass.
        public let isWorse: Bool

        /// The cells of a table: the name, before, now, and the change: "+12 %", "-3 %", "=", "new", "gone".
        public var cells: [String] {
            [name, before.map(unit.text) ?? "none", now.map(unit.text) ?? "none", changeText]
        }

        private var changeText: String {
            guard let change else { return before == now ? "=" : now == nil ? "gone" : "new" }
            let text = abs(change).shortText
            return text == "0" ? "=" : "\(change > 0 ? "+" : "-")\(text) %"
        }
    }

    /// The figures, in their order.
    public let rows: [Row]
    /// The settings that were not the same: the name, before, and now.
    public let otherSettings: [(name: String, before: String?, now: String?)]

    /// Whether one of the figures is worse.
    public var isWorse: Bool { rows.contains(where: \.isWorse) }

    /// Compares rates, the median and 99th percentile of what took time, and what failed, was late or was lost; where both runs
    /// had several cohorts, also what each of these saw.
    ///
    /// - Parameter tolerance: How many per cent worse than before a figure may be. Times that differ by less than 1 ms, and
    ///   shares by less than a hundredth of a per cent, are taken for the same.
    public init(_ now: RunSummary, with before: RunSummary, tolerance: Double = 10) {
        let measured = Operation.allCases.filter {
            before.total.operations[$0] != nil || now.total.operations[$0] != nil
        }
        let figures =
            measured.flatMap { operation in
                [("rate", Direction.less), ("p50", .more), ("p99", .more), ("failed.share", .more)].map {
                    ("\(operation.rawValue).\($0)", $1)
                }
            } + [("late.share", .more), ("leftOut.share", .more), ("lost", .more), ("cpu.mean", .neither)]
        let all = figures.compactMap { name, worse in
            Row(name, of: before, now, worse: worse, tolerance: tolerance)
        }
        let cohorts = Cohort.allCases.filter { before[$0].devices > 0 && now[$0].devices > 0 }
        let ofCohorts = cohorts.flatMap { cohort in
            Self.figuresOfCohorts.compactMap { name, worse in
                Row("\(cohort.rawValue).\(name)", of: before, now, worse: worse, tolerance: tolerance)
            }
        }
        // Most cohorts were spared most of it.
        rows = all + (cohorts.count > 1 ? ofCohorts.filter { ($0.before ?? 0) != 0 || ($0.now ?? 0) != 0 } : [])
        otherSettings = Set(before.settings.keys).union(now.settings.keys).sorted().compactMap { name in
            let (old, new) = (before.settings[name], now.settings[name])
            return old == new ? nil : (name, old, new)
        }
    }

    public static func == (left: Comparison, right: Comparison) -> Bool { left.rows == right.rows }

    /// What is compared of each cohort; that revoked devices fail to connect is as it should be.
    private static let figuresOfCohorts: [(String, Direction)] = [
        ("connect.p99", .more), ("publish.p50", .more), ("publish.p99", .more), ("publish.failed.share", .more),
        ("lost", .more), ("off.p99", .more), ("returned", .more),
    ]

    /// Which way a figure gets worse.
    enum Direction { case more, less, neither }
}

extension Comparison.Row {
    init?(
        _ name: String, of before: RunSummary, _ now: RunSummary, worse: Comparison.Direction, tolerance: Double
    ) {
        guard let old = before.figure(name), let new = now.figure(name) else { return nil }
        self.init(old, new, worse: worse, tolerance: tolerance)
    }

    init(_ before: Figure, _ now: Figure, worse: Comparison.Direction, tolerance: Double) {
        name = now.name
        unit = now.unit
        (self.before, self.now) = (before.value, now.value)
        guard let old = before.value, let new = now.value else {
            change = nil
            // What took time before and now never happens is worse; what never happened before is not.
            isWorse = before.value != nil && worse != .neither
            return
        }
        change = old != 0 ? (new - old) * 100 / abs(old) : new == 0 ? 0 : nil
        let least: Double = now.unit == .milliseconds ? 1 : now.unit == .percent ? 0.01 : 0
        let added = worse == .less ? old - new : new - old
        isWorse = worse != .neither && added > least && added > abs(old) * tolerance / 100
    }
}
