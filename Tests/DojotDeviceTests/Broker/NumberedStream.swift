import Foundation
import TestSupport

/// Numbered lines `{"n":…}` through `publish attrs -l`, and what is wrong with what became of them.
///
/// The publisher passes a relay that opens only after the collector's SUBACK, and the broker queues without limit: otherwise
/// lines would be missing through no fault of the publisher. The collector subscribes at QoS 0: it then sends nothing that a
/// killed broker leaves unread, which would make the kernel throw away what is on its way to the collector.
struct NumberedStream {
    static let topic = "/admin/f60c28/attrs"
    /// Lines of a mosquitto.conf.
    static let settings = [
        "max_queued_messages 0", "max_inflight_messages 0", "persistence true", "autosave_interval 3600",
    ]

    /// How many lines there are.
    let count: Int

    /// Starts the publisher and feeds it its lines bit by bit, as far as the gate is open, so that what happens meanwhile happens in
    /// the middle.
    func start(_ port: UInt16, quality: Int, _ more: [String] = [], through gate: LineGate = LineGate()) throws -> Child
    {
        let child = try Child.start(
            Programs.path("dojot-device"),
            ["publish", "attrs", "-p", "\(port)", "-h", "127.0.0.1", "-t", Self.topic, "-i", "admin:f60c28"]
                + ["-q", "\(quality)", "-l"] + more)
        Thread.detachNewThread { [count] in
            for first in stride(from: 0, to: count, by: 100) {
                guard gate.wait(for: first) else { break }
                child.write((first..<min(first + 100, count)).map { "{\"n\":\($0)}\n" }.joined())
                usleep(4000)
            }
            child.closeInput()
        }
        return child
    }

    /// What is wrong with what arrived: missing, repeated and out of order; empty where nothing is.
    func faults(_ numbers: [Int], allowingRepeats: Bool) -> [String] {
        var seen: Set<Int> = []
        var faults: [String] = []
        var last = -1
        for number in numbers {
            if !seen.insert(number).inserted {
                if !allowingRepeats { faults.append("\(number) again") }
                continue
            }
            if number < last { faults.append("\(number) after \(last)") }
            last = max(last, number)
        }
        let missing = (0..<count).filter { !seen.contains($0) }
        if let first = missing.first { faults.append("\(missing.count) missing, from \(first)") }
        return Array(faults.prefix(20))
    }
}

/// Lets lines pass up to a number, so that a stream is not over before all has been done to it.
final class LineGate: @unchecked Sendable {  // all that changes is guarded by `condition`
    private let condition = NSCondition()
    private var limit: Int

    /// - Parameter limit: the first line that must wait; without it none does.
    init(limit: Int = .max) { self.limit = limit }

    func open(to limit: Int) {
        condition.withLock { self.limit = limit }
        condition.broadcast()
    }

    /// Waits until a line may pass; false where it may not within five minutes.
    func wait(for line: Int) -> Bool {
        let end = Date(timeIntervalSinceNow: 300)
        condition.lock()
        defer { condition.unlock() }
        while line >= limit {
            if !condition.wait(until: end) { return line < limit }
        }
        return true
    }
}
