import Glibc

/// A value that goes with the time of the day: highest at one moment, lowest half a period before and after it.
public struct DailySine: Equatable, Sendable {
    let range: DecimalRange
    /// In milliseconds; a day unless it is said otherwise.
    let period: Double
    /// When it is highest, in milliseconds since midnight, UTC.
    let peak: Double
    /// The standard deviation of what is added by chance, in units of the last decimal.
    let noise: Int64

    func value(at time: Int64, _ random: inout SplitMix64) -> Int64 {
        let phase = (Double(time) - peak).truncatingRemainder(dividingBy: period) / period
        let middle = (Double(range.lower) + Double(range.upper)) / 2
        var value = middle + Double(range.span) / 2 * cos(2 * .pi * phase)
        if noise > 0 { value += Double(noise) * random.nextNormal() }
        return Int64(value.rounded())
    }
}
