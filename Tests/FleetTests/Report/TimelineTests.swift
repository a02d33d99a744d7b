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
        #expect(timeline.seconds[0].returned == 2)
        let publish = try #require(timeline[.publish].first)
        #expect(publish.succeeded == 2 && publish.longest == 5000 && (3000...3003).contains(publish.p50))
        #expect(timeline[.connect].map(\.failed) == [1])
        #expect(timeline[.receive].isEmpty)
        #expect(timeline.total[.renewed][.connect].failures == ["timeout": 1])
    }

    @Test("a second is some 100 bytes, so that a day is some 10 MB")
    func size() {
        #expect(MemoryLayout<Timeline.Second>.stride <= 80)
        #expect(MemoryLayout<Timeline.OperationSecond>.stride <= 28)
    }
}
