import Fleet

/// A run's summary for a person to read.
struct FleetSummaryText {
    let lines: [String]

    init(_ summary: RunSummary) {
        let total = summary.total
        var lines = [
            "\(total.devices.deviceText), \(summary.mostConnected) connected at most, \(total.connected) at the end, "
                + "after \(FleetFigures.clock(summary.duration))"
        ]
        var table: [(String, String)] = []
        for operation in Operation.allCases {
            guard let done = total.operations[operation] else { continue }
            var text = "\(done.succeeded), \(FleetFigures.rate(done.rate))"
            if done.failed > 0 { text += ", \(done.failed) failed" }
            if let latency = done.latency { text += "  \(FleetFigures.latencies(latency))" }
            table.append((operation.rawValue, text))
        }
        if total.due > 0 {
            table.append(
                ("messages", "\(total.due) due, \(total.late) late, \(total.leftOut) left out, \(total.lost) lost"))
        }
        if total.received > 0 { table.append(("received", "\(total.received)")) }
        let failures = total.failures.merging(total.losses, uniquingKeysWith: +)
        if !failures.isEmpty { table.append(("failures", FleetFigures.causes(failures))) }
        let absent = total[.connect].failures.filter { Absence.isCause($0.key) }.values.reduce(0, +)
        if absent > 0 {
            table.append(
                ("absent", "\(absent) of \(total.devices.deviceText): no identity that can be read, see these failures")
            )
        }
        let cohorts = summary.cohorts.count > 1 ? Cohort.allCases : []
        for cohort in cohorts where summary.cohorts[cohort] != nil {
            table.append((cohort.rawValue, Self.text(of: summary[cohort], cohort)))
        }
        table.append(
            (
                "self",
                "cpu \(Int(summary.cpu.mean.rounded()))%, at most \(Int(summary.cpu.max.rounded()))%"
                    + (summary.cpu.isSuspect ? ": the figures are suspect, what was due waited for a processor" : "")
            ))
        let width = table.map(\.0.count).max() ?? 0
        for (name, text) in table {
            lines.append("  " + name + String(repeating: " ", count: width - name.count + 2) + text)
        }
        self.lines = lines
    }

    private static func text(of group: RunSummary.Group, _ cohort: Cohort) -> String {
        var parts = [group.devices.deviceText]
        if let renewed = group.operations[.renew] {
            parts.append("\(renewed.succeeded) renewed" + (renewed.failed > 0 ? ", \(renewed.failed) not" : ""))
        }
        if cohort == .revoked || cohort == .expired {
            let latest = group.off.map { ", the last after \(FleetFigures.tenths($0.max / 1000)) s" } ?? ""
            parts.append("\(group.off?.count ?? 0) off\(latest), \(group.returned) came back")
        }
        if let latency = group[.publish].latency { parts.append("publish p99 \(FleetFigures.p99(latency))") }
        let failed = group.failures.values.reduce(0, +)
        if failed > 0 { parts.append("\(failed) failed") }
        parts.append("lost \(group.lost)")
        return parts.joined(separator: ", ")
    }
}
