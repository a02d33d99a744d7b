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
    private var all = FleetRecord()
    private var block = StatusBlock()

    init(settings: SimulationSettings, duration: Double?) {
        (self.settings, self.duration) = (settings, duration)
    }

    /// Shows one more second.
    mutating func show(_ point: TimelinePoint, after elapsed: Double, targetRate: Double) {
        recent.append(point.record)
        if recent.count > Self.window { recent.removeFirst() }
        let share = point.record.total
        for operation in Operation.allCases { failures.merge(share[operation].failures, uniquingKeysWith: +) }
        failures.merge(share.losses, uniquingKeysWith: +)
        if settings.plan != nil { all.add(point.record) }
        if block.isActive {
            block.show(lines(point, elapsed, targetRate))
        } else if (point.second + 1) % Self.window == 0 {
            Console.note(lines(point, elapsed, targetRate).joined(separator: "; "))
        }
    }

    /// Takes the lines away, before something else prints.
    mutating func clear() { block.clear() }

    private func lines(_ point: TimelinePoint, _ elapsed: Double, _ targetRate: Double) -> [String] {
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
            let target = FleetFigures.rate(targetRate)
            let latencies = FleetFigures.latencies(sum[.publish].latency)
            row("publish", "\(rate) (target \(target), late \(late)%)  \(latencies)")
        }
        for (operation, way) in Operation.endToEnd where sum[operation].succeeded > 0 {
            row("end to end", "\(FleetFigures.latencies(sum[operation].latency))  (\(way))")
        }
        if sum.counts.received > 0 { row("received", FleetFigures.rate(Double(sum.counts.received) / seconds)) }
        if !failures.isEmpty { row("failures", FleetFigures.causes(failures)) }
        for cohort in Cohort.allCases {
            guard let size = settings.plan?.counts[cohort] else { continue }
            row(cohort.rawValue, standing(of: cohort, size, point.connected[cohort] ?? 0))
        }
        let suspicion =
            point.cpu > RunSummary.CPU.limit ? ": the figures are suspect, what was due waits for a processor" : ""
        row("self", "cpu \(Int(point.cpu.rounded()))%\(suspicion)")
        return lines
    }

    /// What has come of a cohort so far.
    private func standing(of cohort: Cohort, _ size: Int, _ connected: Int) -> String {
        let share = all[cohort]
        let course: String
        switch cohort {
        case .healthy: course = ""
        case .renewed: course = "renewed \(share[.renew].succeeded), "
        case .revoked, .expired: course = "off \(share.off.count), came back \(share.counts.returned), "
        }
        let failed = Operation.allCases.map { share[$0].failed }.reduce(0, +)
        let publish = share[.publish].latency.count > 0 ? "p99 \(FleetFigures.p99(share[.publish].latency)), " : ""
        return "\(connected)/\(size) connected, \(course)\(publish)failed \(failed), lost \(share.counts.lost)"
    }

    /// Seven cells, as full as the fleet is connected.
    private func bar(_ connected: Int) -> String {
        let eighths = connected * 56 / max(1, settings.devices.names.count)
        let part = eighths % 8
        let partial = part == 0 ? "" : ["▏", "▎", "▍", "▌", "▋", "▊", "▉"][part - 1]
        return String(repeating: "█", count: min(7, eighths / 8)) + partial
    }
}
