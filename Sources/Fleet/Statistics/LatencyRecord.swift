internal import Histogram

/// How long something took, many times over: an HdrHistogram of microseconds with three significant digits, and beside it what
/// must be exact.
public struct LatencyRecord: Sendable {
    /// The longest that is told apart, an hour; what takes longer counts as that.
    public static let longest: Int64 = 3_600_000_000

    private(set) var histogram = Histogram<UInt64>(numberOfSignificantValueDigits: .three)
    /// How many were recorded.
    public private(set) var count = 0
    /// All of them together, in microseconds.
    public private(set) var total: Int64 = 0
    /// The shortest, in microseconds; nil where there is none.
    public private(set) var shortest: Int64?
    /// The longest, in microseconds; nil where there is none.
    public private(set) var longest: Int64?

    /// Nothing recorded.
    public init() {}

    /// Records one; a time before nothing counts as nothing.
    public mutating func record(microseconds: Int64) {
        let value = min(max(0, microseconds), Self.longest)
        _ = histogram.record(UInt64(value))
        count += 1
        total += value
        shortest = min(shortest ?? value, value)
        longest = max(longest ?? value, value)
    }

    /// Adds all of another record.
    public mutating func add(_ other: LatencyRecord) {
        guard other.count > 0 else { return }
        histogram.add(other.histogram)
        count += other.count
        total += other.total
        shortest = min(shortest ?? .max, other.shortest ?? .max)
        longest = max(longest ?? 0, other.longest ?? 0)
    }

    /// Forgets all, and keeps the memory.
    public mutating func reset() {
        guard count > 0 else { return }
        histogram.reset()
        (count, total, shortest, longest) = (0, 0, nil, nil)
    }

    /// The time that `percentile` per cent took at most, in microseconds, within 0.1 %; nil where nothing was recorded.
    ///
    /// - Parameter percentile: above 0 to 100.
    public func percentile(_ percentile: Double) -> Int64? {
        guard count > 0, let longest else { return nil }
        return min(Int64(histogram.valueAtPercentile(percentile)), longest)
    }

    /// The mean in microseconds; nil where nothing was recorded.
    public var mean: Double? { count > 0 ? Double(total) / Double(count) : nil }

    /// How often each value came, in microseconds and rising, as far as the histogram tells them apart.
    public var counts: [(microseconds: Int64, count: Int)] {
        histogram.recordedValues().map { (Int64($0.value), Int($0.count)) }
    }
}
