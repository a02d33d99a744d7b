import Fleet
import Foundation
import TestSupport
import Testing

@Suite("Metrics for Prometheus")
struct MetricsTests {
    /// The format's grammar, read strictly: each line, each family with help and type before its samples, none twice.
    private static let reader = #"""
        import re, sys
        text = sys.stdin.buffer.read().decode("utf-8")
        assert text.endswith("\n")
        label = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"'
        sample = re.compile(r'([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(' + label + "(?:," + label + r")*)\})? ([-+0-9.eE]+)$")
        types, helps, seen, values, current = {}, set(), set(), {}, None
        for line in text.split("\n")[:-1]:
            if line.startswith("# HELP "):
                name = line.split(" ", 3)[2]; assert name not in helps; helps.add(name)
            elif line.startswith("# TYPE "):
                name, kind = line.split(" ")[2:]; assert name in helps and name not in types
                assert kind in ("gauge", "counter", "summary"); types[name] = kind; current = name
                assert (kind == "counter") == name.endswith("_total")
            else:
                match = sample.match(line); assert match, line
                name, labels, value = match.groups()
                family = re.sub("_(sum|count)$", "", name) if types.get(current) == "summary" else name
                assert family == current, line
                assert (name, labels) not in seen, line
                seen.add((name, labels)); values[name + "{" + (labels or "") + "}"] = float(value)
        assert set(types) == helps
        for wanted in sys.argv[1:]: print(values.get(wanted, "none"))
        """#

    private func values(_ text: PrometheusText, _ names: [String]) throws -> [String] {
        try PythonReader.run(Self.reader, names, input: text.bytes).split(separator: "\n").map(String.init)
    }

    @Test("are the run's figures, in the format")
    func text() throws {
        let run = SampleRun.usual
        let total = run.timeline.total
        let publish = total.total[.publish].latency
        let values = try values(
            PrometheusText(run.timeline),
            [
                #"dojot_fleet_connected{cohort="healthy"}"#, #"dojot_fleet_connected{cohort="revoked"}"#,
                "dojot_fleet_target_connections{}", #"dojot_fleet_due_total{cohort="renewed"}"#,
                #"dojot_fleet_failures_total{cohort="healthy",operation="connect",cause="tcp.reset"}"#,
                #"dojot_fleet_losses_total{cohort="revoked",cause="tls.client.revoked"}"#,
                #"dojot_fleet_latency_seconds_count{operation="publish"}"#,
                #"dojot_fleet_latency_seconds{operation="publish",quantile="0.99"}"#,
                #"dojot_fleet_latency_seconds{operation="subscribe",quantile="0.99"}"#,
                #"dojot_fleet_off_seconds_count{cohort="revoked"}"#,
            ])
        #expect(
            values == [
                "900.0", "0.0", "1000.0", "\(total[.renewed].counts.due).0", "4.0", "40.0", "\(publish.count).0",
                "\(Double(try #require(publish.percentile(99))) / 1e6)", "none", "40.0",
            ])
    }

    @Test("causes with quotes, backslashes and line breaks do not break the format; nothing has its families too")
    func escapes() throws {
        var timeline = Timeline()
        var record = FleetRecord()
        record[.healthy][.connect].fail("a\"b\\c\nd{}")
        timeline.append(TimelinePoint(second: 0, connected: [:], targetConnections: 1, cpu: 12.3456, record: record))
        let name = #"dojot_fleet_failures_total{cohort="healthy",operation="connect",cause="a\"b\\c\nd{}"}"#
        #expect(try values(PrometheusText(timeline), [name, "dojot_fleet_cpu_ratio{}"]) == ["1.0", "0.123"])
        #expect(try values(PrometheusText(Timeline()), ["dojot_fleet_target_connections{}"]) == ["0.0"])
    }

    @Test(
        "an address is a port, or a host with one",
        arguments: [
            ("9464", "127.0.0.1", 9464), ("0.0.0.0:80", "0.0.0.0", 80), ("[::1]:9464", "::1", 9464),
            ("localhost:0", "localhost", 0),
        ] as [(String, String, UInt16)])
    func addresses(text: String, host: String, port: UInt16) throws {
        #expect(try MetricsAddress(text) == MetricsAddress(host: host, port: port))
    }

    @Test(arguments: ["", ":9464", "host:", "65536", "-1", "::1", "a:b:9464", "+1", "host:\u{1b}"])
    func noAddresses(text: String) {
        let error = #expect(throws: FleetError.self) { try MetricsAddress(text) }
        #expect(error?.code == .invalidDeclaration)
        #expect(error?.message.unicodeScalars.allSatisfy { $0.value >= 0x20 } == true)
    }
}
