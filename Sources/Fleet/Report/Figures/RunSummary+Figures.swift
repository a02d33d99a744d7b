extension RunSummary {
    /// All figures that have a name of their own; those of failures by cause come beside them.
    public var figures: [Figure] {
        let run = [
            Figure(name: "duration", value: duration, unit: .seconds),
            Figure(name: "cpu.mean", value: cpu.mean, unit: .percent),
            Figure(name: "cpu.max", value: cpu.max, unit: .percent),
            Figure(name: "targetConnections", value: Double(targetConnections), unit: .count),
            Figure(name: "mostConnected", value: Double(mostConnected), unit: .count),
        ]
        return run + total.figures(prefix: "")
            + Cohort.allCases.flatMap { self[$0].figures(prefix: "\($0.rawValue).") }
    }

    /// The figure of that name; nil where there is none.
    ///
    /// `failures.CAUSE` and `OPERATION.failures.CAUSE` are how many failed of a cause, `losses.CAUSE` how many connections were
    /// lost of one: 0 for one that never came.
    public func figure(_ name: String) -> Figure? {
        if let figure = figures.first(where: { $0.name == name }) { return figure }
        var path = name.split(separator: ".", omittingEmptySubsequences: false)[...]
        var group = total
        if let first = path.first, let cohort = Cohort(rawValue: String(first)) {
            group = self[cohort]
            path.removeFirst()
        }
        var causes = path.first == "losses" ? group.losses : group.failures
        if let first = path.first, let operation = Operation(rawValue: String(first)) {
            causes = group[operation].failures
            path.removeFirst()
        } else if path.first == "losses" {
            path[path.startIndex] = "failures"
        }
        guard path.first == "failures", path.count > 1, !path.contains("") else { return nil }
        let cause = path.dropFirst().joined(separator: ".")
        guard cause.utf8.allSatisfy({ Self.isOfCause($0) }) else { return nil }
        return Figure(name: name, value: Double(causes[cause] ?? 0), unit: .count)
    }

    /// Whether a byte may be in the code of an error.
    private static func isOfCause(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }

    /// A run in which nothing was done: it has every figure.
    static let empty = RunSummary(
        of: Timeline(), program: "", started: "", settings: [:], devices: [:])
}

extension RunSummary.Group {
    func figures(prefix: String) -> [Figure] {
        let failed = operations.values.map(\.failed).reduce(0, +)
        let succeeded = operations.values.map(\.succeeded).reduce(0, +)
        let counts = [
            ("devices", devices), ("connected", connected), ("due", due), ("late", late), ("leftOut", leftOut),
            ("sentBytes", sentBytes), ("received", received), ("disconnected", disconnected), ("lost", lost),
            ("returned", returned), ("failed", failed),
        ]
        return counts.map { Figure(name: prefix + $0, value: Double($1), unit: .count) }
            + [
                share("late.share", late, of: due, prefix), share("leftOut.share", leftOut, of: due, prefix),
                share("failed.share", failed, of: failed + succeeded, prefix),
            ]
            + [Figure(name: prefix + "off.count", value: Double(off?.count ?? 0), unit: .count)]
            + RunSummary.Latencies.figures(off, prefix: prefix + "off.")
            + Operation.allCases.flatMap { figures(of: $0, prefix: "\(prefix)\($0.rawValue).") }
    }

    private func figures(of operation: Operation, prefix: String) -> [Figure] {
        let summary = self[operation]
        return [
            Figure(name: prefix + "succeeded", value: Double(summary.succeeded), unit: .count),
            Figure(name: prefix + "failed", value: Double(summary.failed), unit: .count),
            share("failed.share", summary.failed, of: summary.failed + summary.succeeded, prefix),
            Figure(name: prefix + "rate", value: summary.rate, unit: .perSecond),
        ] + RunSummary.Latencies.figures(summary.latency, prefix: prefix)
    }

    private func share(_ name: String, _ part: Int, of whole: Int, _ prefix: String) -> Figure {
        Figure(name: prefix + name, value: whole > 0 ? Double(part) * 100 / Double(whole) : 0, unit: .percent)
    }
}

extension RunSummary.Latencies {
    static func figures(_ latencies: RunSummary.Latencies?, prefix: String) -> [Figure] {
        [
            ("mean", latencies?.mean), ("min", latencies?.min), ("p50", latencies?.p50), ("p95", latencies?.p95),
            ("p99", latencies?.p99), ("max", latencies?.max),
        ].map { Figure(name: prefix + $0, value: $1, unit: .milliseconds) }
    }
}
