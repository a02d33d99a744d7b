import Fleet
import Testing

@Suite("A run beside an earlier one")
struct ComparisonTests {
    @Test("the same run is no worse")
    func same() {
        let comparison = Comparison(SampleRun.usual.summary, with: SampleRun.usual.summary)
        #expect(!comparison.isWorse && comparison.otherSettings.isEmpty)
        #expect(comparison.rows.allSatisfy { $0.cells[3] == "=" })
    }

    @Test("slower, less and more failures are worse; quicker is not")
    func slower() throws {
        let (slow, quick) = (SampleRun(slow: 1.2).summary, SampleRun(slow: 1).summary)
        let worse = Comparison(slow, with: quick)
        #expect(worse.rows.filter(\.isWorse).map(\.name).contains("publish.p99"))
        #expect(!Comparison(quick, with: slow).isWorse)
        #expect(
            !Comparison(slow, with: quick, tolerance: 10_000).rows.contains { $0.isWorse && $0.unit == .milliseconds })
    }

    @Test("where both had several cohorts, each is compared, in what it saw")
    func cohorts() throws {
        let comparison = Comparison(run(.renewed, 30), with: run(.renewed, 10))
        let row = try #require(comparison.rows.first { $0.name == "renewed.publish.p99" })
        #expect(row.isWorse && row.cells == ["renewed.publish.p99", "10 ms", "30 ms", "+200 %"])
        #expect(!comparison.rows.contains { $0.name.hasPrefix("healthy.") })
        #expect(Comparison(run(.renewed, 30), with: run(10)).rows.allSatisfy { !$0.name.hasPrefix("renewed.") })
    }

    /// A run in which the devices of one cohort alone, of two, said something, and were acknowledged after so many milliseconds.
    private func run(_ cohort: Cohort, _ milliseconds: Int64) -> RunSummary {
        var timeline = Timeline(tellingApart: [.healthy, .renewed])
        var record = FleetRecord()
        for _ in 0..<100 { record[cohort][.publish].succeed(after: milliseconds * 1000) }
        timeline.append(TimelinePoint(second: 9, connected: [:], targetConnections: 2, cpu: 1, record: record))
        return RunSummary(
            of: timeline, program: "", started: "", settings: [:], devices: [.healthy: 1, .renewed: 1])
    }

    /// Before, now, tolerance, and whether publish's p99 is worse; in milliseconds.
    @Test(
        arguments: [
            (100, 109, 10, false), (100, 112, 10, true), (100, 112, 15, false), (1, 1.9, 10, false), (1, 2.5, 10, true),
            (100, 20, 10, false), (nil, 20, 10, false), (20, nil, 10, true),
        ] as [(Double?, Double?, Double, Bool)])
    func percentile(before: Double?, now: Double?, tolerance: Double, isWorse: Bool) throws {
        let comparison = Comparison(run(now), with: run(before), tolerance: tolerance)
        let row = try #require(comparison.rows.first { $0.name == "publish.p99" })
        #expect(row.isWorse == isWorse, "\(row.cells)")
    }

    private func run(_ milliseconds: Double?, failed: Int = 1, count: Int = 100) -> RunSummary {
        var timeline = Timeline()
        var record = FleetRecord()
        for _ in 0..<count {
            if let milliseconds { record[.healthy][.publish].succeed(after: Int64(milliseconds * 1000)) }
        }
        for _ in 0..<failed { record[.healthy][.publish].fail("timeout") }
        timeline.append(TimelinePoint(second: 9, connected: [:], targetConnections: 1, cpu: 1, record: record))
        return RunSummary(
            of: timeline, program: "", started: "", settings: ["rate": "\(count)"], devices: [.healthy: 1])
    }

    @Test("a rate that fell, and failures that came, are worse; settings that differ are told")
    func rates() throws {
        let comparison = Comparison(run(10, failed: 3, count: 50), with: run(10, failed: 0))
        #expect(comparison.rows.filter(\.isWorse).map(\.name) == ["publish.rate", "publish.failed.share"])
        #expect(comparison.rows[0].cells == ["publish.rate", "10/s", "5/s", "-50 %"])
        #expect(comparison.rows[3].cells == ["publish.failed.share", "0 %", "5.66 %", "new"])
        let absent = Comparison(run(nil), with: run(10)).rows.first { $0.name == "publish.p99" }
        #expect(absent?.cells == ["publish.p99", "10 ms", "none", "gone"])
        #expect(comparison.otherSettings.map(\.name) == ["rate"])
        #expect(comparison.otherSettings.first?.before == "100")
    }
}
