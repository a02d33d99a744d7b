/// What a worker's devices did, second by second, until it is reported.
struct WorkerTally {
    /// All that the master was told of since the test began.
    private(set) var reported = FleetRecord()
    private var pending = FleetRecord()
    /// What the master was not told of yet.
    private(set) var report: StatisticsReport
    /// The second that is being counted, since 1970.
    private var second: Int

    /// Nothing done since `now`, in seconds since 1970.
    init(now: Double) {
        report = StatisticsReport(since: now)
        second = Int(now)
    }

    /// Whether the second that is being counted is over, also where the clock was set back, and what was done in it must be taken.
    func isDue(at now: Double) -> Bool { Int(now) != second }

    /// Adds what was done since the last call, to the second that has been counted since then.
    mutating func add(_ record: FleetRecord, now: Double) {
        report.add(record, second: second)
        pending.add(record)
        second = Int(now)
    }

    /// What was not told yet has been told now.
    mutating func reportWasSent() {
        reported.add(pending)
        pending.reset()
        report = StatisticsReport(since: report.start)
    }
}
