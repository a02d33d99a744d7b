import Fleet

/// How a fleet's figures are written, on the screen and at the end.
enum FleetFigures {
    /// "p50 3.1  p95 10  p99 41  max 212 ms", of microseconds.
    static func latencies(_ record: LatencyRecord) -> String {
        let percentiles = [50.0, 95, 99].map { record.percentile($0).map { Double($0) / 1000 } }
        return latencies(percentiles + [record.longest.map { Double($0) / 1000 }])
    }

    /// "41 ms", of microseconds.
    static func p99(_ record: LatencyRecord) -> String {
        (record.percentile(99).map { milliseconds(Double($0) / 1000) } ?? "-") + " ms"
    }

    /// "41 ms", of a summary's milliseconds.
    static func p99(_ latencies: RunSummary.Latencies) -> String { milliseconds(latencies.p99) + " ms" }

    /// All of a summary's milliseconds, as of microseconds.
    static func latencies(_ latencies: RunSummary.Latencies) -> String {
        self.latencies([latencies.p50, latencies.p95, latencies.p99, latencies.max])
    }

    private static func latencies(_ values: [Double?]) -> String {
        let texts = zip(["p50", "p95", "p99", "max"], values).map { name, value in
            "\(name) \(value.map(milliseconds) ?? "-")"
        }
        return texts.joined(separator: "  ") + " ms"
    }

    /// "0.4", "9.9", "10", "212".
    private static func milliseconds(_ value: Double) -> String {
        value < 9.95 ? tenths(value) : "\(Int(value.rounded()))"
    }

    /// "0.4/s", "4996/s".
    static func rate(_ value: Double) -> String { (value < 9.95 ? tenths(value) : "\(Int(value.rounded()))") + "/s" }

    /// "0.4".
    static func tenths(_ value: Double) -> String {
        let number = Int((value * 10).rounded())
        return "\(number / 10).\(number % 10)"
    }

    /// "14 tls.client.expired, 3 tcp.reset": the most frequent first.
    static func causes(_ causes: [String: Int]) -> String {
        causes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }
            .joined(separator: ", ")
    }

    /// "12:04", "1:02:03".
    static func clock(_ seconds: Double) -> String {
        let whole = Int(seconds)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let (hours, minutes) = (whole / 3600, whole / 60 % 60)
        return hours > 0 ? "\(hours):\(two(minutes)):\(two(whole % 60))" : "\(two(minutes)):\(two(whole % 60))"
    }
}
