import CommandLineKit
import Fleet

/// What is said of a fleet's run when it is over, and what it must hold.
struct FleetReportOptions: ParsableArguments {
    @Option(
        .long("out"), help: "Write summary.json, timeline.csv, histogram.hgrm and report.html into this folder.",
        valueName: "folder")
    var folder: String?

    @Option(
        .long("assert"), help: "What must hold, such as 'publish.p99 < 250ms' or 'lost == 0'; else exit 3. Repeatable.",
        valueName: "assertion")
    var assertions: [AssertionArgument]

    @Option(
        .long("baseline"), help: "Compare with the run that wrote this folder; exit 3 where a figure is worse.",
        valueName: "folder")
    var baseline: String?

    @Option(
        .long("tolerance"), help: "By how much a figure may be worse than the baseline's, in per cent.",
        valueName: "percent")
    var tolerance: Double = 10

    @Option(
        .long("metrics"), help: "Serve the figures to Prometheus while the run lasts; on 127.0.0.1 unless said.",
        valueName: "[host:]port")
    var metrics: MetricsArgument?

    @Flag(.long("json"), help: "Print the summary as one JSON object.")
    var printsJSON: Bool

    func validate() throws(UsageError) {
        guard (0...1_000_000).contains(tolerance) else { throw UsageError("--tolerance must be 0 per cent or more") }
    }

    /// What is to be read and made before the run, so that nobody waits for an hour to hear that it cannot be.
    func prepare() throws -> Prepared {
        Prepared(
            options: self, folder: try folder.map { path throws(FleetError) in try OutputFolder(path) },
            baseline: try baseline.map { folder in
                let path = "\(folder)/summary.json"
                let content = try FileContent.read(path, most: 1 << 24, limit: "larger than a summary can be, 16 MiB")
                do throws(FleetError) {
                    return try RunSummary(json: content)
                } catch {
                    throw Failure(.dataError, "\(path): \(error.message)")
                }
            })
    }

    /// Serves the figures as long as the run lasts, where that is wanted; it makes a thread.
    func openMetrics() throws(FleetError) -> MetricsServer? {
        try metrics.map { argument throws(FleetError) in try MetricsServer(argument.address) }
    }

    /// The options, ready for the end of a run.
    struct Prepared {
        let options: FleetReportOptions
        let folder: OutputFolder?
        let baseline: RunSummary?

        /// Writes and prints all that is wanted.
        ///
        /// - Throws: exit 3 where an assertion does not hold, or a figure is worse than the baseline's.
        func tell(_ summary: RunSummary, _ timeline: Timeline) throws {
            let report = RunReport(
                summary, timeline: timeline, assertions: options.assertions.map { $0.assertion.evaluate(summary) },
                comparison: baseline.map { Comparison(summary, with: $0, tolerance: options.tolerance) })
            if let folder { try report.write(to: folder) }
            if options.printsJSON {
                try Console.result(json: summary)
            } else {
                for line in FleetSummaryText(summary).lines { Console.result(line) }
            }
            if let comparison = report.comparison { show(comparison) }
            for outcome in report.assertions { Console.note("\(outcome.holds ? "holds" : "fails"): \(outcome.found)") }
            if let folder { Console.note("the report is \(folder.path)/report.html") }
            let failed = report.assertions.filter { !$0.holds }.map(\.text)
            if !failed.isEmpty {
                throw Failure(.checkFailed, "what was to hold does not: \(failed.joined(separator: "; "))")
            }
            if report.comparison?.isWorse == true {
                throw Failure(.checkFailed, "the run is worse than that in \(options.baseline ?? "")")
            }
        }

        private func show(_ comparison: Comparison) {
            var table = TextTable("FIGURE", "BEFORE", "NOW", "CHANGE")
            for row in comparison.rows { table.add(row.cells + (row.isWorse ? ["worse"] : [])) }
            for line in table.lines { Console.note(line) }
            for setting in comparison.otherSettings {
                Console.note("\(setting.name) was \(setting.before ?? "not set") and is \(setting.now ?? "not set")")
            }
        }
    }
}

/// `publish.p99 < 250ms` on the command line.
struct AssertionArgument: ExpressibleByArgument {
    let assertion: Assertion

    static let valueName = "assertion"

    init(argument: String) throws(UsageError) {
        do {
            assertion = try Assertion(argument)
        } catch {
            throw UsageError(error.message, hint: error.hint)
        }
    }
}

/// `9102` or `0.0.0.0:9102` on the command line.
struct MetricsArgument: ExpressibleByArgument {
    let address: MetricsAddress

    static let valueName = "[host:]port"

    init(argument: String) throws(UsageError) {
        do {
            address = try MetricsAddress(argument)
        } catch {
            throw UsageError(error.message, hint: error.hint)
        }
    }
}
