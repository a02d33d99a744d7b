import Dojot
import Enrollment
import Fleet
import MQTT

/// The run of a provisioning as its user sees it: how far it is, how it is ended, what came of it.
struct ProvisionRun {
    /// What is under way when a signal comes has so long to end.
    private static let grace = 5.0
    /// How often a line is printed where there is no terminal, in seconds.
    static let lineInterval = 10.0

    private let provisioning: Provisioning
    private let journal: ProvisioningJournal
    private let stop: StopRequest
    private let order: Enrollment.Order
    private let source: Enrollment.Source
    private let printsJSON: Bool

    init(
        _ provisioning: Provisioning, _ journal: ProvisioningJournal, _ stop: StopRequest, _ order: Enrollment.Order,
        _ source: Enrollment.Source, printsJSON: Bool
    ) {
        (self.provisioning, self.journal, self.stop) = (provisioning, journal, stop)
        (self.order, self.source, self.printsJSON) = (order, source, printsJSON)
    }

    /// Does all of it, and ends as it went.
    func run() throws {
        let start = MonotonicTime.now
        try provisioning.start()
        try watch(since: start)
        let (counts, halt, failures) = try provisioning.finish()
        let report = ProvisionReport(
            counts: counts, seconds: .now - start, order: order, platform: source.platform.platform,
            directory: provisioning.directory, failures: failures)
        try report.print(asJSON: printsJSON)
        try report.end(stop.signal, halt)
    }

    /// Shows how far it is until it has ended, or was asked to.
    private func watch(since start: MonotonicTime) throws {
        var progress = ProvisionProgress(since: start)
        var status = StatusLine()
        var nextLine = start + Self.lineInterval
        var nextFlush = start + 1
        var end: MonotonicTime?
        while !provisioning.isFinished {
            stop.wait(seconds: 0.1)
            let now = MonotonicTime.now
            if stop.signal != nil, end == nil {
                end = now + Self.grace
                provisioning.end()
                status.clear()
                Console.note("ending \(provisioning.underWay) that are under way; once more ends at once")
            }
            if let end, now > end || stop.count > 1 { provisioning.cut() }
            if now > nextFlush {
                nextFlush = now + 1
                try journal.flush()
            }
            let counts = provisioning.progress
            progress.note(counts, at: now)
            if status.isActive {
                status.show(progress.bar(counts, pause: provisioning.pause))
            } else if now > nextLine {
                nextLine = now + Self.lineInterval
                Console.note(progress.line(counts, pause: provisioning.pause))
            }
        }
        status.clear()
    }
}
