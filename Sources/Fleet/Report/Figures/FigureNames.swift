import Payload

/// How figures are named, for whoever mistyped one.
enum FigureNames {
    /// All names in few lines.
    static let text = """
        the figures are duration, cpu.mean, cpu.max, targetConnections, mostConnected; devices, connected, due, late, \
        late.share, leftOut, leftOut.share, sentBytes, received, disconnected, lost, returned, failed, failed.share, \
        failures.CAUSE, losses.CAUSE, off.count, off.max (and mean, min, p50, p95, p99); and of \
        \(Operation.allCases.map(\.rawValue).joined(separator: ", ")): publish.succeeded, publish.failed, \
        publish.failed.share, publish.failures.CAUSE, publish.rate, publish.p99 (and mean, min, p50, p95, max); \
        all but the first five of one cohort too: \
        \(Cohort.allCases.map { "\($0.rawValue).lost" }.joined(separator: ", "))
        """
}

extension Figure.Unit {
    /// The number that a person wrote, in this unit; nil where it has another unit, or none where it needs one.
    func number(_ text: String) -> Double? {
        switch self {
        case .count: return text.plainNumber
        case .percent: return text.hasSuffix("%") ? String(text.dropLast()).plainNumber : nil
        case .perSecond: return String(text.hasSuffix("/s") ? String(text.dropLast(2)) : text).plainNumber
        case .milliseconds, .seconds:
            guard text.last?.isLetter == true, text.plainNumber == nil, let seconds = PeriodText.seconds(text) else {
                return text.plainNumber == 0 ? 0 : nil
            }
            return self == .seconds ? seconds : seconds * 1000
        }
    }

    /// How such a number is written.
    var example: String {
        switch self {
        case .count: "write a number: 0, 1500"
        case .percent: "write per cent: 0.1%, 85%"
        case .perSecond: "write how many a second: 5000/s"
        case .milliseconds, .seconds: "write a time with its unit: 250ms, 1.5s, 2m"
        }
    }
}

extension String {
    /// The number, where there is nothing but digits, signs and a point.
    fileprivate var plainNumber: Double? {
        let text = last == " " ? String(dropLast()) : self
        guard text.utf8.allSatisfy({ "+-.0123456789".utf8.contains($0) }) else { return nil }
        return Double(text).flatMap { $0.isFinite ? $0 : nil }
    }
}
