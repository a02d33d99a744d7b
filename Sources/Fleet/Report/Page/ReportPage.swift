/// The report as one page: no script, nothing that is loaded from elsewhere, light or dark as the reader's system is.
struct ReportPage {
    private let report: RunReport
    private let curves: TimelineCurves
    private var summary: RunSummary { report.summary }

    init(_ report: RunReport) {
        self.report = report
        curves = TimelineCurves(report.timeline)
    }

    /// The whole page.
    var html: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>Fleet simulation, \(summary.started.escapedHTML)</title>
        <style>
        \(ReportStyle.css)
        </style>
        </head>
        <body>
        <header>
        <h1>Fleet simulation</h1>
        <p>\(summary.total.devices) devices, \(summary.duration.clockText), begun \(summary.started.escapedHTML), \
        \(summary.program.escapedHTML)</p>
        </header>
        <main>
        \(warning)\(tiles)\(tables.assertions)\(charts)\(tables.failures)\(tables.operations)\(tables.cohortCounts)\
        \(tables.comparison)\(tables.settings)
        </main>
        </body>
        </html>

        """
    }

    private var tables: ReportTables { ReportTables(report) }

    private var warning: String {
        guard summary.cpu.isSuspect else { return "" }
        return """
            <p class="warning" role="alert">The simulation itself was short of CPU: more than \(Int(RunSummary.CPU.limit)) % \
            in more than a twentieth of the seconds (mean \(summary.cpu.mean.shortText) %). What looks slow here may be the \
            measuring machine.</p>

            """
    }

    private var tiles: String {
        let publish = summary.total[.publish]
        let failed = summary.total.failures.values.reduce(0, +)
        let percentile = { (value: Double?) in value.map { "\($0.shortText) ms" } ?? "–" }
        let endToEnd = Operation.endToEnd.compactMap { operation, way in
            summary.total[operation].latency.map { ("\(way) p99", percentile($0.p99), "median \(percentile($0.p50))") }
        }
        let first = [
            ("connected at the end", "\(summary.total.connected)", "of \(summary.targetConnections)"),
            ("published", "\(publish.rate.shortText)/s", "\(publish.succeeded) in all"),
            ("publish p99", percentile(publish.latency?.p99), "median \(percentile(publish.latency?.p50))"),
        ]
        let last = [
            ("lost", "\(summary.total.lost)", "\(summary.total.leftOut) left out, \(summary.total.late) late"),
            ("failures", "\(failed)", "\(summary.total.disconnected) connections lost"),
            ("own CPU", "\(summary.cpu.mean.shortText) %", "at most \(summary.cpu.max.shortText) %"),
        ]
        let html = (first + endToEnd + last).map { name, value, more in
            "<div class=\"tile\"><dt>\(name)</dt><dd>\(value)</dd><dd class=\"more\">\(more)</dd></div>"
        }
        // Seven stand in a row, and eight in two.
        return "<dl class=\"tiles\(html.count > 7 ? " many" : "")\">\n\(html.joined(separator: "\n"))\n</dl>\n"
    }

    // MARK: - Charts

    private var duration: Double { Double(max(report.timeline.duration, 1)) }

    private var charts: String {
        connections.html + rates.html + latencies.map(\.html).joined() + cohortLatency + failureRates + cpu.html
    }

    private static let cohortStyles: [Cohort: String] = [
        .healthy: "blue", .renewed: "green", .revoked: "red", .expired: "orange",
    ]

    private var connections: LineChart {
        var series = [
            LineChart.Series(
                name: "target", style: "grey", points: curves.mean { Double($0.targetConnections) }, isTarget: true),
            LineChart.Series(name: "connected", style: "blue", points: curves.mean { Double($0.allConnected) }),
        ]
        // The healthy ones are those that are left; they would only hide the curve of all.
        for cohort in Cohort.allCases where cohort != .healthy && summary[cohort].devices > 0 {
            series.append(
                LineChart.Series(
                    name: cohort.rawValue, style: Self.cohortStyles[cohort] ?? "grey",
                    points: curves.mean { Double($0.connected[cohort.index]) }))
        }
        return LineChart(title: "Connections", unit: "devices", series: series, duration: duration)
    }

    private var rates: LineChart {
        var series = [
            LineChart.Series(name: "due", style: "grey", points: curves.mean { Double($0.counts.due) }, isTarget: true),
            LineChart.Series(name: "published", style: "blue", points: curves.rate(of: .publish, \.succeeded)),
        ]
        if summary.total.received > 0 {
            series.append(
                LineChart.Series(name: "received", style: "green", points: curves.mean { Double($0.counts.received) }))
        }
        if summary.total[.connect].succeeded > 0 {
            series.append(
                LineChart.Series(name: "connects", style: "orange", points: curves.rate(of: .connect, \.succeeded)))
        }
        return LineChart(title: "Rate", unit: "a second", series: series, duration: duration)
    }

    private var latencies: [LineChart] {
        let titles: [Operation: String] = [
            .connect: "Connect", .publish: "Publish", .subscribe: "Subscribe", .renew: "Renew", .revoke: "Revoke",
        ].merging(Operation.endToEnd.map { ($0.operation, "End to end, \($0.way)") }) { $1 }
        return [Operation.publish, .receive, .history, .connect, .subscribe, .renew, .revoke].compactMap { operation in
            guard summary.total[operation].latency != nil else { return nil }
            let series = [
                LineChart.Series(name: "p50", style: "green", points: curves.latency(of: operation, \.p50)),
                LineChart.Series(name: "p95", style: "blue", points: curves.latency(of: operation, \.p95)),
                LineChart.Series(name: "p99", style: "orange", points: curves.latency(of: operation, \.p99)),
                LineChart.Series(name: "max", style: "red faint", points: curves.latency(of: operation, \.longest)),
            ]
            return LineChart(
                title: "\(titles[operation] ?? operation.rawValue): latency",
                unit: "ms, each line ten times the one below",
                series: series, duration: duration, isLogarithmic: true, gap: Double(curves.width) * 5)
        }
    }

    /// What the cohorts' publications took, beside each other.
    private var cohortLatency: String {
        let series = report.timeline.cohorts.compactMap { cohort -> LineChart.Series? in
            guard summary[cohort][.publish].latency != nil else { return nil }
            return LineChart.Series(
                name: cohort.rawValue, style: Self.cohortStyles[cohort] ?? "grey",
                points: curves.latency(of: .publish, in: cohort, \.p99))
        }
        if series.isEmpty { return "" }
        return LineChart(
            title: "Publish: p99 by cohort", unit: "ms, each line ten times the one below", series: series,
            duration: duration, isLogarithmic: true, gap: Double(curves.width) * 5
        ).html
    }

    private var failureRates: String {
        let styles = ["blue", "red", "green", "purple", "ink", "orange", "grey"]
        let series = zip(Operation.allCases, styles).compactMap { operation, style -> LineChart.Series? in
            guard summary.total[operation].failed > 0 else { return nil }
            return LineChart.Series(
                name: operation.rawValue, style: style, points: curves.rate(of: operation, \.failed))
        }
        if series.isEmpty { return "" }
        return LineChart(title: "Failures", unit: "a second", series: series, duration: duration).html
    }

    private var cpu: LineChart {
        LineChart(
            title: "Own CPU", unit: "% of all cores; above the dotted line the figures are suspect",
            series: [LineChart.Series(name: "cpu", style: "purple", points: curves.mean { Double($0.cpu) })],
            duration: duration, limit: RunSummary.CPU.limit, least: 100)
    }
}
