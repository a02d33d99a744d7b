import Fleet

/// What Locust's master was told of a worker's last test, as a script reads it.
struct WorkerSummary: Encodable {
    struct Row: Encodable {
        let requests, failed: Int
        /// Of those that succeeded, in microseconds.
        let totalMicroseconds: Int64
        let minMicroseconds, maxMicroseconds: Int64?
        /// By cause.
        let failures: [String: Int]
    }

    /// By operation, those alone that were tried.
    let operations: [String: Row]

    init(_ share: FleetRecord.Share) {
        var rows: [String: Row] = [:]
        for operation in Operation.allCases where !share[operation].isEmpty {
            let done = share[operation]
            rows[operation.rawValue] = Row(
                requests: done.succeeded + done.failed, failed: done.failed, totalMicroseconds: done.latency.total,
                minMicroseconds: done.latency.shortest, maxMicroseconds: done.latency.longest, failures: done.failures)
        }
        operations = rows
    }
}
