import Fleet
import Foundation
import Payload

/// A run that was made up, with all that a report can show: a ramp, a spike, renewed and revoked devices, and failures.
struct SampleRun {
    let timeline: Timeline
    let summary: RunSummary
    /// The usual one; to make one takes a while.
    static let usual = SampleRun()
    static let devices: [Cohort: Int] = [.healthy: 900, .renewed: 50, .revoked: 40, .expired: 10]

    /// - Parameters:
    ///   - seconds: How long it is.
    ///   - rate: Publications a second that are drawn; each counts once.
    init(seconds: Int = 60, rate: Int = 40, slow: Double = 1, cpu: Double = 50) {
        var timeline = Timeline(tellingApart: Cohort.allCases)
        var random = SplitMix64(seed: 7)
        let start = seconds / 6
        for second in 0..<seconds {
            let isUp = second >= start
            let revoked = second > seconds / 2
            let fraction = isUp ? 1 : Double(second + 1) / Double(start)
            var record = FleetRecord()
            let isSpike = second > seconds * 2 / 3 && second <= seconds * 3 / 4
            for index in 0..<(isSpike ? rate * 3 : Int(Double(rate) * fraction)) {
                let cohort: Cohort = index % 20 == 0 ? .renewed : index % 33 == 1 && !revoked ? .revoked : .healthy
                let milliseconds = exp(slow * (isSpike ? 4 : 2) + random.nextNormal() * 0.8)
                record[cohort][.publish].succeed(after: Int64(milliseconds * 1000))
                record[cohort].counts.due += 1
                record[cohort].counts.sentBytes += 87
                if milliseconds > 100 { record[cohort].counts.late += 1 }
                if index % 10 == 0 {
                    record[cohort][.receive].succeed(after: Int64(milliseconds * 2200))
                    record[cohort][.history].succeed(after: Int64(milliseconds * 1700))
                    record[cohort].counts.received += 1
                }
            }
            if !isUp {
                for _ in 0..<5 { record[.healthy][.connect].succeed(after: Int64(40_000 + random.next(below: 90_000))) }
            }
            if isSpike {
                record[.healthy][.publish].fail("timeout")
                record[.healthy].counts.due += 1
                record[.healthy][.history].fail("timeout")
            }
            if second == seconds / 2 {
                for index in 0..<40 { record[.revoked].off.record(microseconds: Int64(index) * 20_000) }
                record[.revoked].counts.disconnected = 40
                record[.revoked].losses["tls.client.revoked"] = 40
                record[.revoked][.revoke].succeed(after: 81_000)
            }
            if revoked { record[.revoked][.connect].fail("tls.client.revoked") }
            if second % 17 == 3 {
                record[.healthy][.connect].fail("tcp.reset")
                record[.renewed][.renew].succeed(after: Int64(300_000 + random.next(below: 100_000)))
            }
            timeline.append(
                TimelinePoint(
                    second: second,
                    connected: [
                        .healthy: Int(900 * fraction), .renewed: Int(50 * fraction),
                        .revoked: revoked ? 0 : Int(40 * fraction), .expired: Int(10 * fraction),
                    ], targetConnections: Int(1000 * fraction), cpu: cpu + random.nextNormal() * 4, record: record))
        }
        self.timeline = timeline
        summary = RunSummary(
            of: timeline, program: "dojot-device 0.0.0", started: "2026-11-24T11:32:50Z",
            settings: ["count": "1000", "rate": "40/s", "seed": "7", "name": "<b>&\"quoted\"</b>"],
            devices: Self.devices)
    }
}
