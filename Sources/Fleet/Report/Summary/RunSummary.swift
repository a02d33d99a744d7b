/// What a run came to: what `summary.json` holds, and what assertions and comparisons are made on.
public struct RunSummary: Codable, Sendable, Equatable {
    /// How long something took, in milliseconds; percentiles are within 0.1 %.
    public struct Latencies: Codable, Sendable, Equatable {
        /// How many were measured, 1 or more.
        public var count: Int
        public var mean, min, p50, p95, p99, max: Double
    }

    /// One operation's part.
    public struct OperationSummary: Codable, Sendable, Equatable {
        public var succeeded: Int
        public var failed: Int
        /// Those that succeeded, a second of the whole run.
        public var rate: Double
        /// Of those that succeeded; nil where there is none.
        public var latency: Latencies?
        /// How many failed of each cause, such as "tls.client.expired".
        public var failures: [String: Int]
    }

    /// What a cohort, or all devices, did.
    public struct Group: Codable, Sendable, Equatable {
        /// How many devices there are.
        public var devices: Int
        /// How many were connected at the end.
        public var connected: Int
        /// The members of `FleetRecord.Counts`.
        public var due, late, leftOut, sentBytes, received, disconnected, lost, returned: Int
        /// How many connections were lost of each cause, such as "connection.lost"; together they are `disconnected`.
        public var losses: [String: Int]
        /// From when a certificate was no longer good to when its device was off; nil where none was.
        public var off: Latencies?
        /// Only those of which something was done.
        public var operations: [Operation: OperationSummary]

        /// What was done of one kind, nothing included.
        public subscript(operation: Operation) -> OperationSummary {
            operations[operation] ?? OperationSummary(succeeded: 0, failed: 0, rate: 0, failures: [:])
        }

        /// All that failed, by cause, whatever was tried.
        public var failures: [String: Int] {
            operations.values.reduce(into: [:]) { $0.merge($1.failures, uniquingKeysWith: +) }
        }
    }

    /// How busy the process itself was, 0 to 100 of all cores.
    public struct CPU: Codable, Sendable, Equatable {
        public var mean: Double
        public var max: Double
        /// Whether it was above `limit` in more than a twentieth of the seconds: then it may be itself that was slow.
        public var isSuspect: Bool

        /// Above this the figures are suspect.
        public static let limit = OwnLoad.suspect * 100
    }

    /// The version of this form; another one is refused.
    public var version = 1
    /// What wrote it: "dojot-device 1.2.0".
    public var program: String
    /// When the run began, in ISO 8601, UTC.
    public var started: String
    /// What was asked for, as it was said: "rate": "5000/s".
    public var settings: [String: String]
    /// In seconds.
    public var duration: Double
    /// The most that were to be connected at any time.
    public var targetConnections: Int
    /// The most that were connected at the end of any second.
    public var mostConnected: Int
    public var cpu: CPU
    /// All devices.
    public var total: Group
    /// The cohorts that have devices, or did something.
    public var cohorts: [Cohort: Group]

    /// What a cohort did, nothing included.
    public subscript(cohort: Cohort) -> Group { cohorts[cohort] ?? Group() }
}
