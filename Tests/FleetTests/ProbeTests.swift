import Testing

@testable import Fleet

@Suite("Probes")
struct ProbeTests {
    @Test(
        "the history is asked at once, then ever more seldom: after a tenth of the time so far",
        arguments: [(0, 0.005), (0.05, 0.005), (0.1, 0.01), (0.5, 0.05), (2, 0.2), (10, 1), (300, 1)])
    func pauses(elapsed: Double, pause: Double) {
        #expect(abs(HistoryProbe.pause(after: elapsed) - pause) < 1e-9)
    }

    @Test("a publication that never comes costs some hundred requests, not thousands")
    func requests() {
        var (elapsed, count) = (0.0, 0)
        while elapsed < 30 {
            elapsed += HistoryProbe.pause(after: elapsed)
            count += 1
        }
        #expect((50...100).contains(count), "\(count)")
    }

    @Test(
        "what is said is one attribute with a number",
        arguments: [
            ("reset", 7, #"{"reset":7}"#), ("a\"b", 1_764_000_000_000_001, #"{"a\"b":1764000000000001}"#),
        ] as [(String, Int64, String)])
    func messages(attribute: String, number: Int64, text: String) {
        #expect(String(decoding: ProbeMessage.json(attribute, number), as: UTF8.self) == text)
    }

    @Test("each figure of the history has its name, and can be asserted")
    func figures() throws {
        var timeline = Timeline()
        var record = FleetRecord()
        for milliseconds: Int64 in 1...100 { record[.renewed][.history].succeed(after: milliseconds * 1000) }
        record[.healthy][.history].fail("timeout")
        timeline.append(TimelinePoint(second: 0, connected: [:], targetConnections: 1, cpu: 1, record: record))
        let run = RunSummary(of: timeline, program: "p", started: "s", settings: [:], devices: [.healthy: 1])
        for (text, holds) in [
            ("history.p99 < 1s", true), ("history.p50 > 60ms", false), ("history.failures.timeout == 1", true),
            ("renewed.history.failed == 0", true), ("healthy.history.p99 < 1s", false), ("recv.p99 < 1s", false),
        ] { #expect(try Assertion(text).evaluate(run).holds == holds, "\(text)") }
        #expect(try RunSummary(json: run.json) == run)
        let names = try #require(String(decoding: timeline.csv, as: UTF8.self).split(separator: "\r\n").first)
        #expect(names.contains("recv_max_ms,history_succeeded,history_failed,history_p50_ms"))
    }
}
