/// The tables of the report's page.
struct ReportTables {
    private let report: RunReport
    private var summary: RunSummary { report.summary }

    init(_ report: RunReport) { self.report = report }

    var assertions: String {
        if report.assertions.isEmpty { return "" }
        let rows = report.assertions.map { outcome in
            [
                "<span class=\"\(outcome.holds ? "good\">✓ holds" : "bad\">✗ does not hold")</span>",
                "<code>\(outcome.text.escapedHTML)</code>", outcome.found.escapedHTML,
            ]
        }
        return table("Assertions", ["", "asserted", "found"], rows, textColumns: 3)
    }

    /// What failed, by cohort, operation and cause, the most frequent first, each with a bar as long as it is frequent.
    var failures: String {
        let groups = cohorts.isEmpty ? [("all", summary.total)] : cohorts
        let all = groups.flatMap { name, group in
            let failed = Operation.allCases.flatMap { operation in
                group[operation].failures.map { (name, what: operation.rawValue, cause: $0.key, count: $0.value) }
            }
            return failed + group.losses.map { (name, what: "connection lost", cause: $0.key, count: $0.value) }
        }.sorted { ($1.count, $0.what, $0.cause, $0.0) < ($0.count, $1.what, $1.cause, $1.0) }
        guard let most = all.first?.count, most > 0 else {
            return section("Failures by cause", "<p>Nothing failed.</p>")
        }
        let rows = all.map { name, operation, cause, count in
            let width = (Double(count) / Double(most) * 100).svg
            return [
                name, operation, cause.escapedHTML, "\(count)",
                "<svg class=\"bar\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
                    + "<rect width=\"\(width)\" height=\"10\" rx=\"1\"/></svg>",
            ]
        }
        return table("Failures by cause", ["devices", "what", "cause", "count", ""], rows, textColumns: 3)
    }

    /// The cohorts, where there are several.
    private var cohorts: [(String, RunSummary.Group)] {
        let all = Cohort.allCases.compactMap { cohort in summary.cohorts[cohort].map { (cohort.rawValue, $0) } }
        return all.count > 1 ? all : []
    }

    var operations: String {
        let rows = ([("all", summary.total)] + cohorts).flatMap { self.rows(of: $1, name: $0) }
        let times = ["mean", "p50", "p95", "p99", "max"].map { "\($0), ms" }
        let heading = ["devices", "operation", "succeeded", "failed", "a second"] + times
        return table("Operations", heading, rows, textColumns: 2)
    }

    private func rows(of group: RunSummary.Group, name: String) -> [[String]] {
        Operation.allCases.compactMap { operation in
            guard let figures = group.operations[operation] else { return nil }
            let latency = figures.latency
            let times = [latency?.mean, latency?.p50, latency?.p95, latency?.p99, latency?.max]
            return [
                name, operation.rawValue, "\(figures.succeeded)", "\(figures.failed)", figures.rate.shortText,
            ] + times.map { $0?.shortText ?? "–" }
        }
    }

    var cohortCounts: String {
        let groups =
            [("all", summary.total)]
            + Cohort.allCases.compactMap { cohort in summary.cohorts[cohort].map { (cohort.rawValue, $0) } }
        let rows = groups.map { name, group in
            [
                name, "\(group.devices)", "\(group.connected)", "\(group.due)", "\(group.late)", "\(group.leftOut)",
                "\(group.lost)", "\(group.received)", "\(group.disconnected)",
                group.off.map { "\($0.count), at most \(Figure.Unit.seconds.text($0.max / 1000))" } ?? "–",
                "\(group.returned)",
            ]
        }
        let heading = [
            "cohort", "devices", "connected", "due", "late", "left out", "lost", "received", "connections lost", "off",
            "returned",
        ]
        return table("Cohorts", heading, rows, textColumns: 1)
    }

    var comparison: String {
        guard let comparison = report.comparison else { return "" }
        let rows = comparison.rows.map { row in
            row.cells.map(\.escapedHTML) + [row.isWorse ? "<span class=\"bad\">worse</span>" : ""]
        }
        let settings = comparison.otherSettings.map { name, before, now in
            "<li>\(name.escapedHTML): \((before ?? "none").escapedHTML) before, \((now ?? "none").escapedHTML) now</li>"
        }
        let others = settings.isEmpty ? "" : "<p>Other settings than before:</p><ul>\(settings.joined())</ul>"
        return table("Beside the earlier run", ["figure", "before", "now", "change", ""], rows, textColumns: 1, others)
    }

    var settings: String {
        let rows = summary.settings.sorted { $0.key < $1.key }.map { [$0.key.escapedHTML, $0.value.escapedHTML] }
        return rows.isEmpty ? "" : table("Settings", ["setting", "value"], rows, textColumns: 2)
    }

    // MARK: - HTML

    /// A table whose first columns are text, the others numbers, and what follows it; cells are HTML.
    private func table(
        _ title: String, _ heading: [String], _ rows: [[String]], textColumns: Int, _ rest: String = ""
    ) -> String {
        func row(_ cells: [String], _ tag: String) -> String {
            let cells = cells.enumerated().map { column, cell in
                "<\(tag)\(column < textColumns ? "" : " class=\"number\"")>\(cell)</\(tag)>"
            }
            return "<tr>\(cells.joined())</tr>"
        }
        return section(
            title,
            """
            <div class="wide"><table><thead>\(row(heading, "th"))</thead><tbody>
            \(rows.map { row($0, "td") }.joined(separator: "\n"))
            </tbody></table></div>\(rest)
            """)
    }

    private func section(_ title: String, _ content: String) -> String {
        "<section>\n<h2>\(title.escapedHTML)</h2>\n\(content)\n</section>\n"
    }
}

extension String {
    /// The text as HTML shows it, in an element or in an attribute's double quotes; what steers a reader's terminal or the
    /// direction of its writing is taken out.
    var escapedHTML: String {
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            default:
                switch scalar.properties.generalCategory {
                case .control, .format, .surrogate: text += "?"
                default: text.unicodeScalars.append(scalar)
                }
            }
        }
        return text
    }
}
