import Fleet
import Glibc

/// What is shown of a fleet while it runs: some lines on a terminal, written again each second; elsewhere a line every ten seconds.
struct FleetScreen {
    /// The seconds that rates and latencies are of.
    private static let window = 10

    let settings: SimulationSettings
    /// Seconds; nil for no end.
    let duration: Double?
    private var recent: [FleetRecord] = []
    private var failures: [String: Int] = [:]
    private var block = StatusBlock()
    private var seconds = 0

    init(settings: SimulationSettings, duration: Double?) {
        (self.settings, self.duration) = (settings, duration)
    }

    /// Shows one more second.
    mutating func show(
        _ record: FleetRecord, _ standing: SimulatedFleet.Standing, target: Int, load: Double, after elapsed: Double
    ) {
        seconds += 1
        recent.append(record)
        if recent.count > Self.window { recent.removeFirst() }
        let share = record.total
        for operation in Operation.allCases { failures.merge(share[operation].failures, uniquingKeysWith: +) }
        failures.merge(share.losses, uniquingKeysWith: +)
        let lines = lines(standing, target: target, load: load, after: elapsed)
        if block.isActive {
            block.show(lines)
        } else if seconds % Self.window == 0 {
            Console.note(lines.joined(separator: "; "))
        }
    }

    /// Takes the lines away, before something else prints.
    mutating func clear() { block.clear() }

    private func lines(
        _ standing: SimulatedFleet.Standing, target: Int, load: Double, after elapsed: Double
    ) -> [String] {
        var sum = FleetRecord.Share()
        for record in recent { sum.add(record.total) }
        let time = Self.clock(elapsed) + (duration.map { "/" + Self.clock($0) } ?? "")
        var lines = ["\(time)  connected \(standing.allConnected)/\(settings.devices.names.count)"]
        if sum[.connect].succeeded > 0 {
            lines.append("connect      \(rate(sum[.connect].succeeded)) \(Self.latencies(sum[.connect].latency))")
        }
        if sum.counts.due > 0 {
            let late = Double(sum.counts.late) / Double(sum.counts.due) * 100
            lines.append(
                "publish      \(rate(sum[.publish].succeeded)) (late \(Self.decimal(late))%)  "
                    + Self.latencies(sum[.publish].latency))
        }
        if sum.counts.received > 0 { lines.append("received     \(rate(sum.counts.received))") }
        if !failures.isEmpty { lines.append("failures     " + Self.list(failures)) }
        let suspicion = load > OwnLoad.suspect ? ": the figures are suspect, what was due waits for a processor" : ""
        lines.append("self         cpu \(Int((load * 100).rounded()))%\(suspicion)")
        return lines
    }

    private func rate(_ count: Int) -> String {
        let value = Double(count) / Double(max(1, recent.count))
        return value < 10 ? "\(Self.decimal(value))/s" : "\(Int(value.rounded()))/s"
    }

    /// What came of the whole run.
    func summary(
        of record: FleetRecord, _ standing: SimulatedFleet.Standing, after elapsed: Double
    ) -> [String] {
        let share = record.total
        var table = ["\(Self.clock(elapsed)), \(standing.allConnected) devices connected at the end"]
        for operation in Operation.allCases where !share[operation].isEmpty {
            let done = share[operation]
            table.append(
                "\(operation.rawValue): \(done.succeeded) done, \(done.failed) failed"
                    + (done.latency.count > 0 ? "; \(Self.latencies(done.latency))" : ""))
        }
        let counts = share.counts
        table.append(
            "messages: \(counts.due) due, \(counts.late) late, \(counts.leftOut) left out, \(counts.lost) lost, "
                + "\(counts.received) received")
        var failures = share.losses
        for operation in Operation.allCases { failures.merge(share[operation].failures, uniquingKeysWith: +) }
        if !failures.isEmpty { table.append("failures: " + Self.list(failures)) }
        return table
    }

    private static func list(_ causes: [String: Int]) -> String {
        causes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }.joined(
            separator: ", ")
    }

    /// "p50 3  p95 10  p99 41  max 212 ms".
    private static func latencies(_ record: LatencyRecord) -> String {
        func text(_ microseconds: Int64?) -> String {
            guard let microseconds else { return "-" }
            return microseconds < 10_000 ? decimal(Double(microseconds) / 1000) : "\((microseconds + 500) / 1000)"
        }
        let parts = [("p50", 50.0), ("p95", 95), ("p99", 99)].map { "\($0.0) \(text(record.percentile($0.1)))" }
        return (parts + ["max \(text(record.longest)) ms"]).joined(separator: "  ")
    }

    private static func decimal(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// "12:04", "1:02:03".
    static func clock(_ seconds: Double) -> String {
        let whole = Int(seconds)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let (hours, minutes) = (whole / 3600, whole / 60 % 60)
        return hours > 0 ? "\(hours):\(two(minutes)):\(two(whole % 60))" : "\(two(minutes)):\(two(whole % 60))"
    }
}
