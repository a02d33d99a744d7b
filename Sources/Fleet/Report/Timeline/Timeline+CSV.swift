import Payload

extension Timeline {
    /// The seconds as comma-separated values (RFC 4180) with a line of names; times in milliseconds. What an operation took is
    /// empty in a second in which none succeeded.
    ///
    /// Behind the columns of all devices come those of each cohort that is told apart, with its name before theirs; what a cohort
    /// never did has none.
    public var csv: [UInt8] {
        var columns = Operation.allCases.map { CSVColumns(self[$0]) }
        var cohortColumns = cohorts.map { cohort in
            let done = Operation.allCases.filter { !self[$0, cohort].isEmpty }
            return (counts: CSVColumns(counts(of: cohort)), operations: done.map { CSVColumns(self[$0, cohort]) })
        }
        var text = header
        for second in seconds {
            append(second, to: &text)
            for place in columns.indices { append(columns[place].next(of: second.second), to: &text) }
            for cohort in cohortColumns.indices {
                append(cohortColumns[cohort].counts.next(of: second.second)?.counts, to: &text)
                for place in cohortColumns[cohort].operations.indices {
                    append(cohortColumns[cohort].operations[place].next(of: second.second), to: &text)
                }
            }
            text += "\r\n".utf8
        }
        return text
    }

    private var header: [UInt8] {
        let counts = ["due", "late", "left_out", "received", "disconnected", "lost", "returned"]
        func names(_ operation: Operation) -> [String] {
            ["succeeded", "failed", "p50_ms", "p95_ms", "p99_ms", "max_ms"].map { "\(operation.rawValue)_\($0)" }
        }
        let all = Operation.allCases.flatMap(names)
        let parts = cohorts.flatMap { cohort in
            (counts + Operation.allCases.filter { !self[$0, cohort].isEmpty }.flatMap(names))
                .map { "\(cohort.rawValue)_\($0)" }
        }
        let names =
            ["second", "target", "connected"] + Cohort.allCases.map(\.rawValue) + ["cpu"] + counts + all + parts
        return Array((names.joined(separator: ",") + "\r\n").utf8)
    }

    private func append(_ second: Second, to text: inout [UInt8]) {
        JSONText.append(Int64(second.second), to: &text)
        append(second.targetConnections, to: &text)
        append(UInt32(clamping: second.allConnected), to: &text)
        for index in 0..<4 { append(second.connected[index], to: &text) }
        text.append(UInt8(ascii: ","))
        JSONText.append(Int64((second.cpu * 10).rounded()), decimals: 1, to: &text)
        append(second.counts, to: &text)
    }

    private func append(_ counts: Counts?, to text: inout [UInt8]) {
        guard let counts else {
            text += ",0,0,0,0,0,0,0".utf8
            return
        }
        for count in [
            counts.due, counts.late, counts.leftOut, counts.received, counts.disconnected, counts.lost, counts.returned,
        ] { append(count, to: &text) }
    }

    private func append(_ figures: OperationSecond?, to text: inout [UInt8]) {
        guard let figures else {
            text += ",0,0,,,,".utf8
            return
        }
        append(figures.succeeded, to: &text)
        append(figures.failed, to: &text)
        for microseconds in [figures.p50, figures.p95, figures.p99, figures.longest] {
            text.append(UInt8(ascii: ","))
            if figures.succeeded > 0 { JSONText.append(Int64(microseconds), decimals: 3, to: &text) }
        }
    }

    private func append(_ count: UInt32, to text: inout [UInt8]) {
        text.append(UInt8(ascii: ","))
        JSONText.append(Int64(count), to: &text)
    }
}

/// A second's figures that are not there in each second, taken one after the other.
private struct CSVColumns<Figures: OfSecond> {
    private let all: [Figures]
    private var place = 0

    init(_ all: [Figures]) { self.all = all }

    /// Those of a second, which must be later than that of the last call; nil where there are none.
    mutating func next(of second: UInt32) -> Figures? {
        guard place < all.count, all[place].second == second else { return nil }
        defer { place += 1 }
        return all[place]
    }
}

private protocol OfSecond {
    var second: UInt32 { get }
}

extension Timeline.OperationSecond: OfSecond {}
extension Timeline.CohortSecond: OfSecond {}
