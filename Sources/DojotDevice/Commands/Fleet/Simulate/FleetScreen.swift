import Fleet

/// What is shown of a fleet while it runs: some lines on a terminal, written again each second; elsewhere a line every ten seconds.
struct FleetScreen {
    /// The seconds that rates and latencies are of.
    private static let window = 10

    let settings: SimulationSettings
    /// Seconds; nil for no end.
    let duration: Double?
    private var recent: [FleetRecord] = []
    private var failures: [String: Int] = [:]
    private var renewed = 0
    private var lost = 0
    private var block = StatusBlock()

    init(settings: SimulationSettings, duration: Double?) {
        (self.settings, self.duration) = (settings, duration)
    }

    /// Shows one more second.
    mutating func show(_ point: TimelinePoint, after elapsed: Double) {
        recent.append(point.record)
        if recent.count > Self.window { recent.removeFirst() }
        let share = point.record.total
        for operation in Operation.allCases { failures.merge(share[operation].failures, uniquingKeysWith: +) }
        failures.merge(share.losses, uniquingKeysWith: +)
        renewed += share[.renew].succeeded
        lost += share.counts.lost
        if block.isActive {
            block.show(lines(point, after: elapsed))
        } else if (point.second + 1) % Self.window == 0 {
            Console.note(lines(point, after: elapsed).joined(separator: "; "))
        }
    }

    /// Takes the lines away, before something else prints.
    mutating func clear() { block.clear() }

    private func lines(_ point: TimelinePoint, after elapsed: Double) -> [String] {
        var sum = FleetRecord.Share()
        for record in recent { sum.add(record.total) }
        let seconds = Double(max(1, recent.count))
        let connected = point.connected.values.reduce(0, +)
        let time = FleetFigures.clock(elapsed) + (duration.map { "/" + FleetFigures.clock($0) } ?? "")
        var lines = ["\(time)  connected \(connected)/\(settings.devices.names.count) \(bar(connected))"]
        func row(_ name: String, _ text: String) {
            lines.append(name + String(repeating: " ", count: max(1, 13 - name.count)) + text)
        }
        if sum[.connect].succeeded > 0 {
            let rate = FleetFigures.rate(Double(sum[.connect].succeeded) / seconds)
            row("connect", "\(rate)  \(FleetFigures.latencies(sum[.connect].latency))")
        }
        if sum.counts.due > 0 {
            let late = FleetFigures.tenths(Double(sum.counts.late) / Double(sum.counts.due) * 100)
            let rate = FleetFigures.rate(Double(sum[.publish].succeeded) / seconds)
            row("publish", "\(rate) (late \(late)%)  \(FleetFigures.latencies(sum[.publish].latency))")
        }
        if sum[.receive].succeeded > 0 { row("end to end", FleetFigures.latencies(sum[.receive].latency)) }
        if sum.counts.received > 0 { row("received", FleetFigures.rate(Double(sum.counts.received) / seconds)) }
        if !failures.isEmpty { row("failures", FleetFigures.causes(failures)) }
        if settings.plan != nil { row("cohort", "renewed \(renewed), lost \(lost)") }
        let suspicion =
            point.cpu > RunSummary.CPU.limit ? ": the figures are suspect, what was due waits for a processor" : ""
        row("self", "cpu \(Int(point.cpu.rounded()))%\(suspicion)")
        return lines
    }

    /// Seven cells, as full as the fleet is connected.
    private func bar(_ connected: Int) -> String {
        let eighths = connected * 56 / max(1, settings.devices.names.count)
        let part = eighths % 8
        let partial = part == 0 ? "" : ["▏", "▎", "▍", "▌", "▋", "▊", "▉"][part - 1]
        return String(repeating: "█", count: min(7, eighths / 8)) + partial
    }
}
