import Fleet
import Testing

@Suite("The seconds of a run")
struct TimelineTests {
    @Test("each second has the figures of all cohorts, and the run has all seconds")
    func appending() throws {
        var timeline = Timeline()
        var record = FleetRecord()
        record[.healthy][.publish].succeed(after: 3000)
        record[.renewed][.publish].succeed(after: 5000)
        record[.renewed][.connect].fail("timeout")
        record[.revoked].counts.returned = 2
        timeline.append(
            TimelinePoint(
                second: 0, connected: [.healthy: 2, .renewed: 1], targetConnections: 4, cpu: 12.5, record: record))
        timeline.append(
            TimelinePoint(second: 3, connected: [:], targetConnections: 0, cpu: .nan, record: FleetRecord()))
        #expect(timeline.duration == 4)
        #expect(timeline.seconds.map(\.allConnected) == [3, 0])
        #expect(timeline.seconds.map(\.cpu) == [12.5, 0])
        #expect(timeline.seconds[0].counts.returned == 2)
        let publish = try #require(timeline[.publish].first)
        #expect(publish.succeeded == 2 && publish.longest == 5000 && (3000...3003).contains(publish.p50))
        #expect(timeline[.connect].map(\.failed) == [1])
        #expect(timeline[.receive].isEmpty)
        #expect(timeline.total[.renewed][.connect].failures == ["timeout": 1])
    }

    @Test("cohorts are told apart second by second where there are several")
    func cohorts() throws {
        var timeline = Timeline(tellingApart: [.renewed, .healthy])
        #expect(timeline.cohorts == [.healthy, .renewed])
        var record = FleetRecord()
        record[.healthy][.publish].succeed(after: 3000)
        record[.renewed][.publish].fail("timeout")
        record[.renewed].counts.lost = 2
        timeline.append(TimelinePoint(second: 0, connected: [:], targetConnections: 2, cpu: 0, record: FleetRecord()))
        timeline.append(TimelinePoint(second: 1, connected: [:], targetConnections: 2, cpu: 0, record: record))
        #expect(timeline[.publish, .healthy].map(\.longest) == [3000])
        #expect(timeline[.publish, .renewed].map(\.failed) == [1] && timeline[.publish, .renewed][0].second == 1)
        #expect(timeline.counts(of: .renewed).map(\.counts.lost) == [2] && timeline.counts(of: .healthy).isEmpty)
        #expect(timeline[.publish, .revoked].isEmpty && timeline.counts(of: .revoked).isEmpty)
        let lines = String(decoding: timeline.csv, as: UTF8.self).split(separator: "\r\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        #expect(Set(lines.map(\.count)).count == 1 && lines.count == 3)
        #expect(Set(lines[0]).count == lines[0].count)
        let lost = try #require(lines[0].firstIndex(of: "renewed_lost"))
        #expect(lines.dropFirst().map { $0[lost] } == ["0", "2"])
        #expect(!lines[0].contains("renewed_connect_failed") && !lines[0].contains("revoked_lost"))
        // One alone is all of them.
        #expect(Timeline(tellingApart: [.healthy]).cohorts.isEmpty)
    }

    @Test("a second is some 100 bytes, so that a day is some 10 MB")
    func size() {
        #expect(MemoryLayout<Timeline.Second>.stride <= 80)
        #expect(MemoryLayout<Timeline.OperationSecond>.stride <= 28)
        #expect(MemoryLayout<Timeline.CohortSecond>.stride <= 32)
    }
}
