extension StatisticsReport {
    /// The fields that tell it in a message's data.
    var fields: [MessagePackValue.Pair] {
        let stats = Operation.allCases.compactMap { operation in
            entries[operation].map { value(of: $0, name: operation.rawValue, method: Self.method) }
        }
        return [
            .init(key: "stats", value: .array(stats)),
            .init(key: "stats_total", value: value(of: all, name: "Aggregated", method: "")),
            .init(key: "errors", value: .map(failures.map { .init(key: .text($0.key), value: $0.value) })),
        ]
    }

    private func value(of entry: Entry, name: String, method: String) -> MessagePackValue {
        [
            "name": .text(name),
            "method": .text(method),
            "last_request_timestamp": entry.last.map { .number(Double($0)) } ?? .null,
            "start_time": .number(start),
            "num_requests": .init(entry.requests),
            // Those that have no time: what fails has none here.
            "num_none_requests": .init(entry.failures),
            "num_failures": .init(entry.failures),
            "total_response_time": .number(ResponseTimes.milliseconds(entry.total)),
            "max_response_time": .number(ResponseTimes.milliseconds(entry.longest)),
            "min_response_time": entry.shortest.map { .number(ResponseTimes.milliseconds($0)) } ?? .null,
            "total_content_length": .init(entry.contentLength),
            "response_times": Self.map(entry.buckets),
            "num_reqs_per_sec": Self.map(entry.requestsBySecond),
            "num_fail_per_sec": Self.map(entry.failuresBySecond),
        ]
    }

    /// Numbers by numbers, rising: as texts, the keys would end the master's page.
    private static func map(_ counts: [Int: Int]) -> MessagePackValue {
        .map(counts.sorted { $0.key < $1.key }.map { .init(key: .init($0.key), value: .init($0.value)) })
    }
}

extension StatisticsReport.Failure {
    /// What the master knows it by: the same on all workers. Locust's own takes a hash of it, which is as good.
    fileprivate var key: String { "\(StatisticsReport.method).\(operation.rawValue).\(cause)" }

    fileprivate var value: MessagePackValue {
        [
            "name": .text(operation.rawValue),
            "method": .text(StatisticsReport.method),
            "error": .text(cause),
            "occurrences": .init(count),
            "first_seen": .number(Double(first)),
            "last_seen": .number(Double(last)),
        ]
    }
}
