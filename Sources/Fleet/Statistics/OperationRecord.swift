/// How often something was done, how long it took, and why it failed where it did.
public struct OperationRecord: Sendable {
    /// Those that succeeded.
    public private(set) var latency = LatencyRecord()
    /// Those that failed, by cause: the stable code of an error, such as "tls.client.expired", "tcp.refused" or "timeout".
    public private(set) var failures: [String: Int] = [:]

    /// Nothing done.
    public init() {}

    /// How many succeeded.
    public var succeeded: Int { latency.count }
    /// How many failed.
    public var failed: Int { failures.values.reduce(0, +) }
    /// Whether nothing was done.
    public var isEmpty: Bool { latency.count == 0 && failures.isEmpty }

    /// One more succeeded.
    public mutating func succeed(after microseconds: Int64) { latency.record(microseconds: microseconds) }

    /// One more failed.
    public mutating func fail(_ cause: String) { failures[cause, default: 0] += 1 }

    /// Adds all of another record.
    public mutating func add(_ other: OperationRecord) {
        latency.add(other.latency)
        failures.merge(other.failures, uniquingKeysWith: +)
    }

    /// Forgets all, and keeps the memory.
    public mutating func reset() {
        latency.reset()
        failures.removeAll(keepingCapacity: true)
    }
}
