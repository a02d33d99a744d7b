import Fleet
import MQTT

/// How far a provisioning is, how fast it goes, and how long it will take.
struct ProvisionProgress {
    /// The speed is that of so many last seconds: what was there already goes by at once.
    private static let window = 20.0
    private static let cells = 20

    /// How many were tried by when, a second apart.
    private var points: [(time: MonotonicTime, tried: Int)]

    init(since start: MonotonicTime) { points = [(start, 0)] }

    /// Takes in how far it is.
    mutating func note(_ counts: ProvisioningCounts, at now: MonotonicTime) {
        guard let last = points.last, now - last.time >= 1 else { return }
        points.append((now, Self.tried(counts)))
        while points.count > 2, now - points[1].time > Self.window { points.removeFirst() }
    }

    /// "██████▌              4213/15000  312/s  34 s left  2 failed".
    func bar(_ counts: ProvisioningCounts, pause: Double) -> String {
        let finished = counts.complete + counts.failed
        let eighths = counts.total == 0 ? 0 : finished * Self.cells * 8 / counts.total
        let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        let filled = String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
        let bar = filled + String(repeating: " ", count: Self.cells - filled.count)
        return ([bar + " \(finished)/\(counts.total)"] + details(counts, pause: pause)).joined(separator: "  ")
    }

    /// "4213 of 15000 devices, 312/s, 34 s left, 2 failed".
    func line(_ counts: ProvisioningCounts, pause: Double) -> String {
        (["\(counts.complete + counts.failed) of \(counts.total.deviceText)"] + details(counts, pause: pause))
            .joined(separator: ", ")
    }

    private func details(_ counts: ProvisioningCounts, pause: Double) -> [String] {
        var details: [String] = []
        if let rate {
            details.append("\(Self.spelled(rate: rate))/s")
            if rate > 0 { details.append("\(Self.spelled(seconds: Double(counts.left) / rate)) left") }
        }
        if counts.failed > 0 { details.append("\(counts.failed) failed") }
        if pause > 0 { details.append("the platform asks to wait \(Self.spelled(seconds: pause))") }
        return details
    }

    private static func tried(_ counts: ProvisioningCounts) -> Int { counts.provisioned + counts.kept + counts.failed }

    /// Devices a second; nil in the first second.
    private var rate: Double? {
        guard points.count > 1, let first = points.first, let last = points.last else { return nil }
        return Double(last.tried - first.tried) / (last.time - first.time)
    }

    /// "312", "8.4".
    static func spelled(rate: Double) -> String {
        rate >= 20 ? "\(Int(rate.rounded()))" : "\((rate * 10).rounded() / 10)"
    }

    /// "34 s", "12 min", "3 h 20 min".
    static func spelled(seconds: Double) -> String {
        let whole = Int(min(max(0, seconds), 1e9).rounded(.up))
        if whole < 100 { return "\(whole) s" }
        let minutes = (whole + 30) / 60
        return minutes < 100 ? "\(minutes) min" : "\(minutes / 60) h \(minutes % 60) min"
    }
}
