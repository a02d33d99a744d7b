import Fleet
import Foundation
import TestSupport
import Testing

@Suite("What is written of a run")
struct RunReportTests {
    private func written(_ run: SampleRun, into folder: TemporaryFolder) throws {
        let assertions = try [Assertion("publish.p99 < 1ms"), Assertion("revoked.connected == 0")].map {
            $0.evaluate(run.summary)
        }
        try RunReport(
            run.summary, timeline: run.timeline, assertions: assertions,
            comparison: Comparison(run.summary, with: SampleRun(slow: 0.5).summary)
        ).write(to: OutputFolder(folder.path("out/run")))
    }

    @Test("all files, and nothing else; a second time in their place")
    func files() throws {
        let folder = try TemporaryFolder()
        for _ in 1...2 { try written(SampleRun(seconds: 20), into: folder) }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("out/run"))
        #expect(
            names.sorted() == [
                "histogram-connect.hgrm", "histogram-history.hgrm", "histogram-recv.hgrm", "histogram-renew.hgrm",
                "histogram-revoke.hgrm", "histogram.hgrm", "report.html", "summary.json", "timeline.csv",
            ])
        // Of an operation that there is none of now, nothing is left.
        let other = RunReport(
            RunSummary(of: Timeline(), program: "", started: "", settings: [:], devices: [:]), timeline: Timeline())
        try other.write(to: OutputFolder(folder.path("out/run")))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path("out/run")).sorted() == [
                "report.html", "summary.json", "timeline.csv",
            ])
    }

    @Test("a folder that cannot be made, or written to, is an error")
    func noFolder() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("", to: "file")
        for path in [file, "\(file)/out"] {
            let error = #expect(throws: FleetError.self) { try OutputFolder(path) }
            #expect(error?.code == .cannotWrite)
        }
        try FileManager.default.createDirectory(atPath: folder.path("summary.json"), withIntermediateDirectories: true)
        let error = #expect(throws: FleetError.self) { try OutputFolder(folder.path).write([1], to: "summary.json") }
        #expect(error?.message == "cannot write \(folder.path)/summary.json: is a directory")
    }

    @Test("Python's csv module reads the timeline, and its columns add up to the summary")
    func csv() throws {
        let run = SampleRun.usual
        let script = """
            import csv, io, sys
            rows = list(csv.DictReader(io.StringIO(sys.stdin.buffer.read().decode("utf-8"), newline="")))
            assert all(None not in row and None not in row.values() for row in rows)
            total = lambda name: sum(int(row[name]) for row in rows)
            print(len(rows), total("publish_succeeded"), total("publish_failed"), total("connect_failed"), total("late"),
                  rows[-1]["connected"], rows[-1]["revoked"], rows[0]["subscribe_p99_ms"] == "",
                  *(total(name) for name in ["renewed_publish_succeeded", "revoked_connect_failed", "healthy_due",
                                             "revoked_disconnected", "renewed_lost"]),
                  "expired_publish_failed" in rows[0], max(float(row["renewed_publish_max_ms"] or 0) for row in rows),
                  max(float(row["publish_max_ms"]) for row in rows))
            """
        let (summary, total) = (run.summary, run.summary.total)
        #expect(
            try PythonReader.run(script, input: run.timeline.csv)
                == "60 \(total[.publish].succeeded) \(total[.publish].failed) \(total[.connect].failed) \(total.late) 960 0 True "
                + "\(summary[.renewed][.publish].succeeded) \(summary[.revoked][.connect].failed) \(summary[.healthy].due) 40 0 "
                + "False \(summary[.renewed][.publish].latency?.max ?? 0) \(total[.publish].latency?.max ?? 0)")
    }

    @Test("the percentiles are read as hdr-plot reads them")
    func histogram() throws {
        let run = SampleRun.usual
        let text = run.timeline.total.total[.publish].latency.percentileDistribution
        // The expressions are hdr-plot's (0.6), which is what plots such files.
        let script = #"""
            import re, sys
            row = re.compile(r'\s+([0-9.]+)\s+([0-9.]+)\s+([0-9.]+)\s+([0-9.]+)')
            mean = re.compile(r'#\[Mean(?:\s+)=(?:\s+)([0-9.]+),(?:\s+)StdDeviation(?:\s+)=(?:\s+)([0-9.]+)')
            most = re.compile(r'#\[Max(?:\s+)=(?:\s+)([0-9.]+),(?:\s+)Total count(?:\s+)=(?:\s+)([0-9.]+)')
            lines = sys.stdin.read().splitlines()
            rows = [tuple(map(float, row.match(line).groups())) for line in lines if row.match(line)]
            assert all(a[0] <= b[0] and a[1] <= b[1] and a[2] <= b[2] for a, b in zip(rows, rows[1:]))
            [found] = [m for m in map(most.match, lines) if m]
            assert [m for m in map(mean.match, lines) if m]
            print(int(found.group(2)), next(r[0] for r in rows if r[1] >= 0.99))
            """#
        let latency = try #require(run.summary.total[.publish].latency)
        let answer = try PythonReader.run(script, input: Array(text.utf8)).split(separator: " ")
        #expect(answer.first == "\(latency.count)")
        let p99 = try #require(Double(answer[1]))
        #expect(abs(p99 - latency.p99) <= latency.p99 * 0.15 && p99 >= latency.p99 * 0.999)
        #expect(LatencyRecord().percentileDistribution.isEmpty)
    }

    /// Every element closed, nothing loaded from elsewhere, no script; prints the headings.
    private static let pageReader = #"""
        import re, sys
        from html.parser import HTMLParser
        page = sys.stdin.buffer.read().decode("utf-8")
        class Reader(HTMLParser):
            open, headings, heading = [], [], False
            def handle_starttag(self, tag, attributes):
                assert tag not in ("script", "link", "img", "iframe", "object"), tag
                for name, value in attributes:
                    assert name not in ("src", "href", "style") and not name.startswith("on"), name
                if tag not in ("meta", "br", "line", "rect", "path"): self.open.append(tag)
                if tag in ("h1", "h2"): self.headings.append("")
            def handle_startendtag(self, tag, attributes):
                pass
            def handle_endtag(self, tag):
                assert self.open.pop() == tag, tag
            def handle_data(self, data):
                if self.open and self.open[-1] in ("h1", "h2"): self.headings[-1] += data
        reader = Reader()
        reader.feed(page)
        assert not reader.open, reader.open
        assert "://" not in page and "url(" not in page and "@import" not in page
        assert "nan" not in re.sub(r"[^ \d.a-z\"]", "", " ".join(re.findall(r' d="([^"]*)"', page)))
        print("; ".join(reader.headings))
        """#

    @Test("the page is whole by itself, and says all")
    func page() throws {
        let folder = try TemporaryFolder()
        try written(SampleRun.usual, into: folder)
        let page = try folder.read("out/run/report.html")
        #expect(
            try PythonReader.run(Self.pageReader, input: Array(page.utf8))
                == "Fleet simulation; Assertions; Connections; Rate; Publish: latency; End to end, config to device: latency; "
                + "End to end, attrs to history: latency; Connect: latency; Renew: latency; Revoke: latency; "
                + "Publish: p99 by cohort; Failures; Own CPU; Failures by cause; "
                + "Operations; Cohorts; Beside the earlier run; Settings")
        #expect(page.contains("&lt;b&gt;&amp;&quot;quoted&quot;&lt;/b&gt;") && !page.contains("<b>"))
        #expect(page.contains("✗ does not hold") && page.contains("✓ holds"))
        #expect(!page.contains("short of CPU"))
        // Each operation that fails has a curve, and both ways a tile.
        for name in ["connect", "publish", "history"] { #expect(page.contains("\">\(name)</span>"), "\(name)") }
        #expect(page.contains("<dt>config to device p99</dt>") && page.contains("<dt>attrs to history p99</dt>"))
    }

    @Test("a page of nothing, and one of a day, are whole too")
    func extremes() throws {
        let nothing = RunReport(
            RunSummary(of: Timeline(), program: "", started: "", settings: [:], devices: [:]), timeline: Timeline())
        let folder = try TemporaryFolder()
        try nothing.write(to: OutputFolder(folder.path("nothing")))
        let empty = try folder.read("nothing/report.html")
        #expect(
            try PythonReader.run(Self.pageReader, input: Array(empty.utf8))
                == "Fleet simulation; Connections; Rate; Own CPU; Failures by cause; Operations; Cohorts")
        var day = Timeline()
        var record = FleetRecord()
        record[.healthy][.publish].succeed(after: 4000)
        for second in stride(from: 0, to: 86_400, by: 30) {
            day.append(
                TimelinePoint(
                    second: second, connected: [.healthy: 10], targetConnections: 10, cpu: 90,
                    record: record))
        }
        let summary = RunSummary(of: day, program: "p", started: "s", settings: [:], devices: [.healthy: 10])
        try RunReport(summary, timeline: day).write(to: OutputFolder(folder.path("day")))
        let page = try folder.read("day/report.html")
        #expect(page.utf8.count < 200_000)
        #expect(page.contains("short of CPU") && page.contains(">21:00:00<"))
        #expect(
            try PythonReader.run(Self.pageReader, input: Array(page.utf8)).hasPrefix("Fleet simulation; Connections"))
    }
}
