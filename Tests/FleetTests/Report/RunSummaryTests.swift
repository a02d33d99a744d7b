import Fleet
import Foundation
import Testing

@Suite("The summary of a run")
struct RunSummaryTests {
    @Test("has what the timeline has")
    func figures() throws {
        let run = SampleRun.usual
        let (summary, total) = (run.summary, run.timeline.total.total)
        let publish = try #require(summary.total.operations[.publish])
        #expect(publish.succeeded == total[.publish].succeeded)
        #expect(publish.failures == total[.publish].failures)
        let latency = try #require(publish.latency)
        #expect(latency.p99 == Double(try #require(total[.publish].latency.percentile(99))) / 1000)
        #expect(latency.min <= latency.p50 && latency.p50 <= latency.p95 && latency.p95 <= latency.p99)
        #expect(latency.p99 <= latency.max)
        #expect(abs(publish.rate - Double(publish.succeeded) / 60) < 0.001)
        #expect(summary.duration == 60 && summary.targetConnections == 1000 && summary.mostConnected == 1000)
        #expect(summary.total.devices == 1000 && summary.total.connected == 960)
        #expect(summary[.revoked].devices == 40 && summary[.revoked].connected == 0)
        #expect(summary[.revoked].off?.max == 780 && summary[.revoked].off?.count == 40)
        #expect(summary.total.operations[.subscribe] == nil)
        #expect(
            summary.total.failures == [
                "timeout": total[.publish].failed + total[.history].failed, "tcp.reset": 4, "tls.client.revoked": 29,
            ])
        #expect(!summary.cpu.isSuspect)
        #expect(SampleRun(cpu: 90).summary.cpu.isSuspect)
    }

    @Test("a run that never began has one too, with no cohorts")
    func nothing() {
        let summary = RunSummary(of: Timeline(), program: "", started: "", settings: [:], devices: [:])
        #expect(summary.cohorts.isEmpty && summary.total.operations.isEmpty && !summary.cpu.isSuspect)
        #expect(summary.duration == 0 && summary[.healthy].connected == 0)
    }

    @Test("comes back from its JSON, and Python reads that too")
    func json() throws {
        let summary = SampleRun.usual.summary
        #expect(try RunSummary(json: summary.json) == summary)
        let script = """
            import json, sys
            run = json.load(sys.stdin)
            publish = run["total"]["operations"]["publish"]
            print(publish["succeeded"], publish["latency"]["p99"], run["cohorts"]["revoked"]["off"]["count"], run["version"])
            """
        let publish = summary.total[.publish]
        #expect(
            try PythonReader.run(script, input: summary.json)
                == "\(publish.succeeded) \(publish.latency?.p99 ?? 0) 40 1")
    }

    @Test(
        "another file is refused with the reason",
        arguments: [
            ("", "it is no summary of a run: it is not JSON"), ("{}", "it is no summary of a run: version is missing"),
            ("[1]", "it is no summary of a run:  is not what it should be"),
        ])
    func refused(text: String, reason: String) {
        let error = #expect(throws: FleetError.self) { try RunSummary(json: Array(text.utf8)) }
        #expect(error?.code == .invalidSummary && error?.message == reason)
    }

    @Test("a summary of a later form is refused")
    func version() {
        var summary = SampleRun(seconds: 2).summary
        summary.version = 2
        let error = #expect(throws: FleetError.self) { try RunSummary(json: summary.json) }
        #expect(error?.message == "it is a summary of version 2, not 1")
    }
}
