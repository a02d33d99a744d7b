/// Everything that is said of a run when it is over.
public struct RunReport: Sendable {
    public let summary: RunSummary
    public let timeline: Timeline
    /// What the assertions came to, in their order.
    public let assertions: [Assertion.Outcome]
    /// Beside an earlier run, where one was given.
    public let comparison: Comparison?

    /// Puts a report together.
    public init(
        _ summary: RunSummary, timeline: Timeline, assertions: [Assertion.Outcome] = [], comparison: Comparison? = nil
    ) {
        self.summary = summary
        self.timeline = timeline
        self.assertions = assertions
        self.comparison = comparison
    }

    /// Writes `summary.json`, `timeline.csv`, `report.html`, and the percentiles of each operation in HdrHistogram's own form:
    /// `histogram.hgrm` those of publish, `histogram-connect.hgrm` and so on the others.
    ///
    /// One file holds one histogram, since the tools that read them know no other form.
    ///
    /// - Throws: `FleetError` with `.cannotWrite`.
    public func write(to folder: OutputFolder) throws(FleetError) {
        try folder.write(summary.json, to: "summary.json")
        try folder.write(timeline.csv, to: "timeline.csv")
        let total = timeline.total.total
        for operation in Operation.allCases {
            let text = total[operation].latency.percentileDistribution
            let name = operation == .publish ? "histogram.hgrm" : "histogram-\(operation.rawValue).hgrm"
            if text.isEmpty { folder.remove(name) } else { try folder.write(Array(text.utf8), to: name) }
        }
        try folder.write(Array(ReportPage(self).html.utf8), to: "report.html")
    }
}
