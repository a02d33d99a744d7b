/// A run so far in Prometheus' text format, version 0.0.4:
/// <https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format>.
///
/// All that is counted is counted since the start. Times are summaries in seconds: of each cohort, with the label `cohort`, and
/// of all devices in a family of their own, since quantiles cannot be added up.
public struct PrometheusText: Sendable {
    /// What a server answers with it.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private var text = ""

    /// Writes down a run.
    ///
    /// - Parameter timeline: With the last second in it; what was never done has no lines.
    public init(_ timeline: Timeline) {
        let last = timeline.seconds.last
        family("connected", "gauge", "Devices that are connected.")
        for cohort in Cohort.allCases {
            sample("connected", [("cohort", cohort.rawValue)], Double(last?.connected[cohort.index] ?? 0))
        }
        family("target_connections", "gauge", "Devices that are to be connected.")
        sample("target_connections", [], Double(last?.targetConnections ?? 0))
        family(
            "cpu_ratio", "gauge",
            "How much of all cores the simulation itself uses; above 0.85 the figures are suspect.")
        sample("cpu_ratio", [], (Double(last?.cpu ?? 0) / 100).thousandths)
        counts(timeline.total)
        causes("failures_total", "What failed, by operation and cause.", timeline.total) { share in
            Operation.allCases.flatMap { operation in
                share[operation].failures.map { ([("operation", operation.rawValue), ("cause", $0.key)], $0.value) }
            }
        }
        causes("losses_total", "Connections that were lost, by cause.", timeline.total) { share in
            share.losses.map { ([("cause", $0.key)], $0.value) }
        }
        latencies(timeline.total)
    }

    /// The text.
    public var bytes: [UInt8] { Array(text.utf8) }

    // MARK: - Families

    private mutating func counts(_ record: FleetRecord) {
        let counts: [(String, String, KeyPath<FleetRecord.Counts, Int>)] = [
            ("due_total", "Publications that were due.", \.due),
            ("late_total", "Publications that were handed over more than 100 ms late.", \.late),
            ("left_out_total", "Publications that were never sent, since there was no connection.", \.leftOut),
            ("sent_bytes_total", "Bytes of payload that were published.", \.sentBytes),
            ("received_total", "Messages that came.", \.received),
            ("disconnected_total", "Connections that were lost.", \.disconnected),
            ("lost_total", "Publications that were given up without an acknowledgement.", \.lost),
            ("returned_total", "Devices that were let in again with a certificate that is no longer good.", \.returned),
        ]
        for (name, help, path) in counts {
            family(name, "counter", help)
            for cohort in Cohort.allCases {
                sample(name, [("cohort", cohort.rawValue)], Double(record[cohort].counts[keyPath: path]))
            }
        }
    }

    private mutating func causes(
        _ name: String, _ help: String, _ record: FleetRecord,
        _ causes: (FleetRecord.Share) -> [(labels: [(String, String)], count: Int)]
    ) {
        family(name, "counter", help)
        for cohort in Cohort.allCases {
            for (labels, count) in causes(record[cohort]).sorted(by: {
                $0.labels.map(\.1).joined() < $1.labels.map(\.1).joined()
            }) {
                sample(name, [("cohort", cohort.rawValue)] + labels, Double(count))
            }
        }
    }

    private mutating func latencies(_ record: FleetRecord) {
        let total = record.total
        family("latency_seconds", "summary", "How long what succeeded took, of all devices.")
        for operation in Operation.allCases {
            summary("latency_seconds", [("operation", operation.rawValue)], total[operation].latency)
        }
        family("cohort_latency_seconds", "summary", "How long what succeeded took, by cohort.")
        for cohort in Cohort.allCases {
            for operation in Operation.allCases {
                let labels = [("cohort", cohort.rawValue), ("operation", operation.rawValue)]
                summary("cohort_latency_seconds", labels, record[cohort][operation].latency)
            }
        }
        family("off_seconds", "summary", "From when a certificate was no longer good to when its device was off.")
        for cohort in Cohort.allCases { summary("off_seconds", [("cohort", cohort.rawValue)], record[cohort].off) }
    }

    // MARK: - Lines

    private mutating func family(_ name: String, _ type: String, _ help: String) {
        text += "# HELP dojot_fleet_\(name) \(help)\n# TYPE dojot_fleet_\(name) \(type)\n"
    }

    private mutating func summary(_ name: String, _ labels: [(String, String)], _ record: LatencyRecord) {
        guard record.count > 0 else { return }
        for (quantile, percentile) in [("0.5", 50.0), ("0.95", 95), ("0.99", 99), ("1", 100)] {
            let seconds = Double(record.percentile(percentile) ?? 0) / 1e6
            sample(name, labels + [("quantile", quantile)], seconds)
        }
        sample(name + "_sum", labels, Double(record.total) / 1e6)
        sample(name + "_count", labels, Double(record.count))
    }

    private mutating func sample(_ name: String, _ labels: [(String, String)], _ value: Double) {
        text += "dojot_fleet_\(name)"
        if !labels.isEmpty {
            text += "{\(labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ","))}"
        }
        let isWhole = value == value.rounded() && abs(value) < 1e15
        text += isWhole ? " \(Int64(value))\n" : " \(value)\n"
    }

    /// A label's value: a backslash, a quote and a line feed are escaped.
    private static func escaped(_ value: String) -> String {
        var text = ""
        for character in value.unicodeScalars {
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(character)
            }
        }
        return text
    }
}
