import Foundation
import TestSupport
import Testing

/// What a worker prints with --json in the end: what its master was told of the last test.
struct WorkerOutcome: Decodable {
    struct Row: Decodable {
        let requests, failed: Int
        let totalMicroseconds: Int64
        let minMicroseconds, maxMicroseconds: Int64?
        let failures: [String: Int]
    }

    let operations: [String: Row]

    init(_ outcome: Outcome) throws {
        self = try JSONDecoder().decode(WorkerOutcome.self, from: Data(outcome.standardOutput))
    }

    /// Compares the master's page with what its workers say, all rows and all digits: the master adds up milliseconds as
    /// floating-point numbers, so that microseconds are the last that is whole.
    static func expect(
        _ page: RunningLocust.Statistics, isOf workers: [WorkerOutcome],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let names = Set(workers.flatMap(\.operations.keys))
        #expect(names.union(["Aggregated"]) == Set(page.stats.map(\.name)), sourceLocation: sourceLocation)
        var failures: [String: Int] = [:]
        for row in page.stats where row.name != "Aggregated" {
            let rows = workers.compactMap { $0.operations[row.name] }
            #expect(row.numRequests == rows.map(\.requests).reduce(0, +), sourceLocation: sourceLocation)
            #expect(row.numFailures == rows.map(\.failed).reduce(0, +), sourceLocation: sourceLocation)
            let total = row.avgResponseTime * Double(row.numRequests - row.numFailures) * 1000
            #expect(
                Int64(total.rounded()) == rows.map(\.totalMicroseconds).reduce(0, +), sourceLocation: sourceLocation)
            // The page rounds these.
            let shortest = rows.compactMap(\.minMicroseconds).min() ?? 0
            let longest = rows.compactMap(\.maxMicroseconds).max() ?? 0
            #expect(abs(row.minResponseTime * 1000 - Double(shortest)) <= 500, sourceLocation: sourceLocation)
            #expect(abs(row.maxResponseTime * 1000 - Double(longest)) <= 500, sourceLocation: sourceLocation)
            for (cause, count) in rows.flatMap(\.failures) { failures["\(row.name) \(cause)", default: 0] += count }
        }
        let shown = Dictionary(uniqueKeysWithValues: page.errors.map { ("\($0.name) \($0.error)", $0.occurrences) })
        #expect(shown == failures, sourceLocation: sourceLocation)
    }
}
