import Foundation
import TestSupport
import Testing

/// `--metrics` as Prometheus sees it, while a fleet is at work.
@Suite("fleet simulate --metrics")
struct FleetMetricsTests {
    @Test("serves the figures of the run so far, and is gone when that is over")
    func metrics() throws {
        let fleet = try FleetFolder(on: "0.8", devices: FleetFolder.ids(3))
        _ = try fleet.summary(["--all-devices", "--broker", fleet.retrieval.sandbox.ready.mqtts])
        let port = try FreePort.next()
        let child = try fleet.retrieval.start([
            "fleet", "simulate", "--metrics", "\(port)", "--interval", "200ms", "n=counter",
        ])
        var answer = ""
        let end = Date(timeIntervalSinceNow: 30)
        while !answer.contains("dojot_fleet_connected{cohort=\"healthy\"} 3\n"), Date() < end {
            answer = try Child.run("/usr/bin/curl", ["-sS", "http://127.0.0.1:\(port)/metrics"]).stdout
            usleep(50_000)
        }
        #expect(answer.contains("dojot_fleet_connected{cohort=\"healthy\"} 3\n"), "\(answer)")
        #expect(answer.contains("dojot_fleet_latency_seconds_count{operation=\"connect\"} 3\n"))
        child.signal(SIGINT)
        #expect(child.wait(timeout: 20).status == 0)
        #expect(LoopbackSocket.connected(to: port) == nil)
    }
}
