extension RunSummary {
    /// Sums a run up.
    ///
    /// - Parameters:
    ///   - program: What ran: "dojot-device 1.2.0".
    ///   - started: When it began, in ISO 8601, UTC.
    ///   - settings: What was asked for, as it was said; nothing secret.
    ///   - devices: How many there are of each cohort.
    ///   - duration: In seconds; without it that of the timeline.
    public init(
        of timeline: Timeline, program: String, started: String, settings: [String: String], devices: [Cohort: Int],
        duration: Double? = nil
    ) {
        let duration = duration ?? Double(timeline.duration)
        let last = timeline.seconds.last
        let groups = Cohort.allCases.map { cohort in
            Group(
                timeline.total[cohort], devices: devices[cohort] ?? 0,
                connected: last.map { Int($0.connected[cohort.index]) } ?? 0, duration: duration)
        }
        self.init(
            program: program, started: started, settings: settings, duration: duration.thousandths,
            targetConnections: Int(timeline.seconds.map(\.targetConnections).max() ?? 0),
            mostConnected: timeline.seconds.map(\.allConnected).max() ?? 0, cpu: CPU(timeline.seconds),
            total: Group(
                timeline.total.total, devices: devices.values.reduce(0, +), connected: last?.allConnected ?? 0,
                duration: duration),
            cohorts: Dictionary(
                uniqueKeysWithValues: zip(Cohort.allCases, groups).filter { $1 != Group() }))
    }
}

extension RunSummary.CPU {
    init(_ seconds: [Timeline.Second]) {
        let all = seconds.map { Double($0.cpu) }
        mean = all.isEmpty ? 0 : (all.reduce(0, +) / Double(all.count)).thousandths
        max = (all.max() ?? 0).thousandths
        isSuspect = all.filter { $0 > Self.limit }.count * 20 > all.count
    }
}

extension RunSummary.Group {
    /// No devices that did nothing.
    init() {
        self.init(
            devices: 0, connected: 0, due: 0, late: 0, leftOut: 0, sentBytes: 0, received: 0, disconnected: 0, lost: 0,
            returned: 0, losses: [:], operations: [:])
    }

    init(_ share: FleetRecord.Share, devices: Int, connected: Int, duration: Double) {
        let counts = share.counts
        self.init(
            devices: devices, connected: connected, due: counts.due, late: counts.late, leftOut: counts.leftOut,
            sentBytes: counts.sentBytes, received: counts.received, disconnected: counts.disconnected,
            lost: counts.lost,
            returned: counts.returned, losses: share.losses, off: RunSummary.Latencies(share.off),
            operations: Dictionary(
                uniqueKeysWithValues: Operation.allCases.filter { !share[$0].isEmpty }.map { operation in
                    (operation, RunSummary.OperationSummary(share[operation], duration: duration))
                }))
    }
}

extension RunSummary.OperationSummary {
    init(_ record: OperationRecord, duration: Double) {
        self.init(
            succeeded: record.succeeded, failed: record.failed,
            rate: duration > 0 ? (Double(record.succeeded) / duration).thousandths : 0,
            latency: RunSummary.Latencies(record.latency), failures: record.failures)
    }
}

extension RunSummary.Latencies {
    /// Nil where nothing was recorded.
    init?(_ record: LatencyRecord) {
        guard let mean = record.mean, let shortest = record.shortest, let longest = record.longest else { return nil }
        let percentile = { (number: Double) in Double(record.percentile(number) ?? 0) / 1000 }
        self.init(
            count: record.count, mean: (mean / 1000).thousandths, min: Double(shortest) / 1000, p50: percentile(50),
            p95: percentile(95), p99: percentile(99), max: Double(longest) / 1000)
    }
}

extension Double {
    /// Rounded to three decimals: more would only look exact.
    var thousandths: Double { (self * 1000).rounded() / 1000 }
}
