/// The times of Locust's statistics: milliseconds, rounded so that what is sent stays small.
enum ResponseTimes {
    /// Locust's bucket of a time: to the millisecond below 100, to ten below 1000, to a hundred below 10,000, else to a second;
    /// halves to the even one, as Python rounds.
    static func bucket(microseconds: Int64) -> Int {
        let milliseconds = Double(microseconds) / 1000
        let width: Double =
            switch milliseconds {
            case ..<100: 1
            case ..<1000: 10
            case ..<10_000: 100
            default: 1000
            }
        return Int((milliseconds / width).rounded(.toNearestOrEven) * width)
    }

    /// Adds how often each bucket came to `buckets`.
    static func add(_ latency: LatencyRecord, to buckets: inout [Int: Int]) {
        for (microseconds, count) in latency.counts { buckets[bucket(microseconds: microseconds), default: 0] += count }
    }

    /// Milliseconds as they are sent.
    static func milliseconds(_ microseconds: Int64) -> Double { Double(microseconds) / 1000 }
}
