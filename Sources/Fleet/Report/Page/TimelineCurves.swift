/// The curves of a timeline, thinned out to what can be seen.
struct TimelineCurves {
    private let timeline: Timeline
    /// How many seconds are one point.
    let width: Int

    /// At most this many points a curve: more than a screen shows.
    private static let mostPoints = 600

    init(_ timeline: Timeline) {
        self.timeline = timeline
        width = max(1, (timeline.duration + Self.mostPoints - 1) / Self.mostPoints)
    }

    /// What `value` says of each second: the mean of those that are one point.
    func mean(_ value: (Timeline.Second) -> Double) -> [(second: Double, value: Double)] {
        points(timeline.seconds, second: \.second, value: value) { $0.reduce(0, +) / Double($0.count) }
    }

    /// How many of an operation there were a second; 0 where there was none.
    func rate(of operation: Operation, _ count: (Timeline.OperationSecond) -> UInt32) -> [(
        second: Double, value: Double
    )] {
        var done: [UInt32: UInt32] = [:]
        for figures in timeline[operation] { done[figures.second] = count(figures) }
        return mean { Double(done[$0.second] ?? 0) }
    }

    /// What a percentile of an operation was, in milliseconds: the highest of those that are one point.
    ///
    /// - Parameter cohort: nil for all devices.
    func latency(
        of operation: Operation, in cohort: Cohort? = nil, _ value: (Timeline.OperationSecond) -> UInt32
    ) -> [(second: Double, value: Double)] {
        let seconds = cohort.map { timeline[operation, $0] } ?? timeline[operation]
        return points(
            seconds.filter { $0.succeeded > 0 }, second: \.second, value: { Double(value($0)) / 1000 },
            together: { $0.max() ?? 0 })
    }

    private func points<Item>(
        _ items: [Item], second: (Item) -> UInt32, value: (Item) -> Double, together: ([Double]) -> Double
    ) -> [(second: Double, value: Double)] {
        var points: [(second: Double, value: Double)] = []
        var (place, values): (Int?, [Double]) = (nil, [])
        func flush() {
            guard let place, !values.isEmpty else { return }
            points.append((Double(place * width) + Double(width) / 2, together(values)))
        }
        for item in items {
            let next = Int(second(item)) / width
            if next != place {
                flush()
                (place, values) = (next, [])
            }
            values.append(value(item))
        }
        flush()
        return points
    }
}
