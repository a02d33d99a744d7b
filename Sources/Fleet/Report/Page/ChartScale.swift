import Glibc

/// Where values stand between the bottom and the top of a chart, and where its lines across are.
struct ChartScale {
    let lowest: Double
    let highest: Double
    /// The values that have a line.
    let marks: [Double]
    private let isLogarithmic: Bool

    /// From 0 to a round number at or above `value`.
    init(linearTo value: Double) {
        let step = ChartScale.roundStep(value / 4)
        let count = max(1, Int((value / step).rounded(.up)))
        (lowest, highest, isLogarithmic) = (0, step * Double(count), false)
        marks = (0...count).map { Double($0) * step }
    }

    /// From a power of ten at or below one value to one at or above another; at most twelve of them.
    init(logarithmicFrom low: Double, to high: Double) {
        let last = Int(log10(max(high, 1e-3)).rounded(.up))
        let first = max(min(Int(log10(max(low, 1e-3)).rounded(.down)), last - 1), last - 12)
        (lowest, highest, isLogarithmic) = (pow(10, Double(first)), pow(10, Double(last)), true)
        marks = (first...last).map { pow(10, Double($0)) }
    }

    /// 0 at the bottom to 1 at the top.
    func place(of value: Double) -> Double {
        let value = min(max(value, lowest), highest)
        guard isLogarithmic else { return value / highest }
        return log10(value / lowest) / log10(highest / lowest)
    }

    /// 1, 2 or 5 times a power of ten, at or above `value`.
    private static func roundStep(_ value: Double) -> Double {
        guard value > 0, value.isFinite else { return 1 }
        let power = pow(10, log10(value).rounded(.down))
        return power * ([1, 2, 5].first { $0 * power >= value * 0.999_999 } ?? 10)
    }

    /// The moments below a chart of so many seconds: not more than nine, round ones.
    static func times(to duration: Double) -> [Double] {
        let steps: [Double] = [
            1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
        ]
        let step = steps.first { duration / $0 <= 8 } ?? (duration / 8 / 86_400).rounded(.up) * 86_400
        return stride(from: 0, through: duration, by: step).map { $0 }
    }
}
