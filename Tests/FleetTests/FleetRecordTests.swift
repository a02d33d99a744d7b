import Fleet
import Testing

@Suite("What a fleet did")
struct FleetRecordTests {
    @Test("percentiles are within 0.1 %, and sums exact")
    func latencies() throws {
        var record = LatencyRecord()
        for value in 1...100_000 { record.record(microseconds: Int64(value)) }
        for (percentile, exact) in [(50.0, 50_000), (95, 95_000), (99, 99_000), (100, 100_000)] {
            let value = try #require(record.percentile(percentile))
            #expect(abs(Double(value) - Double(exact)) <= Double(exact) / 1000, "\(percentile): \(value)")
        }
        #expect(record.count == 100_000)
        #expect(record.total == 5_000_050_000)
        #expect(record.shortest == 1 && record.longest == 100_000)
        #expect(record.counts.map(\.count).reduce(0, +) == 100_000)
    }

    @Test("what is out of range counts as the nearest that is in it")
    func limits() {
        var record = LatencyRecord()
        record.record(microseconds: -5)
        record.record(microseconds: .max)
        #expect(record.shortest == 0 && record.longest == LatencyRecord.longest)
        #expect(record.percentile(100) == LatencyRecord.longest)
        record.reset()
        #expect(record.percentile(50) == nil && record.mean == nil && record.shortest == nil)
    }

    @Test("records of several loops add up to the fleet's")
    func adding() {
        var (one, other) = (FleetRecord(), FleetRecord())
        one[.healthy][.publish].succeed(after: 3000)
        one[.healthy][.publish].fail("timeout")
        one[.healthy].counts.due = 2
        other[.revoked][.publish].succeed(after: 5000)
        other[.healthy][.publish].fail("timeout")
        other[.healthy].counts.due = 1
        one.add(other)
        #expect(one[.healthy][.publish].failures == ["timeout": 2])
        #expect(one[.healthy].counts.due == 3)
        #expect(one.total[.publish].succeeded == 2)
        #expect(one.total[.publish].latency.mean == 4000)
        one.reset()
        #expect(one.total[.publish].isEmpty && one.total.counts == FleetRecord.Counts())
    }
}
