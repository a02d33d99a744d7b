/// What a worker did since its last report, as Locust's master adds it up.
struct StatisticsReport: Equatable, Sendable {
    /// What was done of one kind, or all of it.
    struct Entry: Equatable, Sendable {
        var requests = 0
        var failures = 0
        /// All times of those that succeeded together, in microseconds.
        var total: Int64 = 0
        /// The shortest of them, in microseconds; nil where none succeeded. A zero in its place would be taken for a time.
        var shortest: Int64?
        /// The longest of them, in microseconds.
        var longest: Int64 = 0
        var contentLength = 0
        /// When it last happened, in whole seconds since 1970.
        var last: Int?
        /// How often each of Locust's buckets came, in milliseconds.
        var buckets: [Int: Int] = [:]
        /// How many in each second since 1970, failures included, and failures alone.
        var requestsBySecond: [Int: Int] = [:]
        var failuresBySecond: [Int: Int] = [:]

        /// Adds what was done in one second.
        mutating func add(_ record: OperationRecord, contentLength length: Int, second: Int) {
            guard !record.isEmpty else { return }
            let (succeeded, failed) = (record.succeeded, record.failed)
            requests += succeeded + failed
            failures += failed
            total += record.latency.total
            if let value = record.latency.shortest { shortest = min(shortest ?? value, value) }
            longest = max(longest, record.latency.longest ?? 0)
            contentLength += length
            last = max(last ?? second, second)
            ResponseTimes.add(record.latency, to: &buckets)
            requestsBySecond[second, default: 0] += succeeded + failed
            if failed > 0 { failuresBySecond[second, default: 0] += failed }
        }
    }

    /// One cause of failures.
    struct Failure: Equatable, Sendable {
        let operation: Operation
        let cause: String
        var count: Int
        /// When it first and last came, in whole seconds since 1970.
        let first: Int
        var last: Int
    }

    /// The type that Locust's page shows beside each name.
    static let method = "MQTT"

    /// When counting began, in seconds since 1970: the master divides by the time since then.
    let start: Double
    private(set) var entries: [Operation: Entry] = [:]
    private(set) var all = Entry()
    private(set) var failures: [Failure] = []

    /// Nothing done since `start`.
    init(since start: Double) { self.start = start }

    /// Adds what a fleet did in one second.
    mutating func add(_ record: FleetRecord, second: Int) {
        let share = record.total
        for operation in Operation.allCases where !share[operation].isEmpty {
            let done = share[operation]
            let length = operation == .publish ? share.counts.sentBytes : 0
            entries[operation, default: Entry()].add(done, contentLength: length, second: second)
            all.add(done, contentLength: length, second: second)
            for (cause, count) in done.failures { add(count, of: cause, to: operation, second: second) }
        }
    }

    private mutating func add(_ count: Int, of cause: String, to operation: Operation, second: Int) {
        if let index = failures.firstIndex(where: { $0.operation == operation && $0.cause == cause }) {
            failures[index].count += count
            failures[index].last = second
        } else {
            failures.append(
                Failure(operation: operation, cause: cause, count: count, first: second, last: second))
        }
    }
}
