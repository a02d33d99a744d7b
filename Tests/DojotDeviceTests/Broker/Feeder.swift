import Foundation
import TestSupport

/// Feeds a child lines `{"n":…}` until it is stopped, on a thread of its own.
final class Feeder: @unchecked Sendable {  // all that changes is guarded by `condition`
    private let condition = NSCondition()
    private var hasStopped = false
    private var count: Int?

    init(_ child: Child) {
        Thread.detachNewThread { [self] in
            var number = 0
            while !condition.withLock({ hasStopped }) {
                child.write((number..<number + 20).map { "{\"n\":\($0)}\n" }.joined())
                number += 20
                usleep(4000)
            }
            child.closeInput()
            condition.withLock { count = number }
            condition.broadcast()
        }
    }

    /// Ends the child's input and tells how many lines there were.
    func stop() -> Int {
        condition.lock()
        defer { condition.unlock() }
        hasStopped = true
        let end = Date(timeIntervalSinceNow: 30)
        while count == nil, condition.wait(until: end) {}
        return count ?? -1
    }
}
