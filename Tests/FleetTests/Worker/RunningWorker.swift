import Foundation
import MQTT

@testable import Fleet

/// A worker on a thread of its own.
final class RunningWorker: @unchecked Sendable {  // all that changes is guarded by `condition`
    private let condition = NSCondition()
    private var result: Result<FleetRecord, FleetError>?
    private var seen: [WorkerEvent] = []

    /// Starts one that looks for its master at a port of 127.0.0.1.
    init(_ fleet: TestFleet, port: UInt16, patience: Double = 120) {
        Thread.detachNewThread { [self] in
            let result = Result { () throws(FleetError) in
                var options = WorkerOptions(host: "127.0.0.1", port: Int(port), patience: patience)
                // A machine with much to do may be late.
                options.greeting = 30
                var worker = try Worker(options, fleet: fleet) { [self] event in
                    condition.withLock { seen.append(event) }
                }
                return try worker.run(until: nil)
            }
            condition.withLock {
                self.result = result
                condition.broadcast()
            }
        }
    }

    /// What has happened to it.
    var events: [WorkerEvent] { condition.withLock { seen } }

    /// Waits for its end; nil where that does not come within a minute.
    func wait() -> Result<FleetRecord, FleetError>? {
        let end = Date(timeIntervalSinceNow: 60)
        return condition.withLock {
            while result == nil, condition.wait(until: end) {}
            return result
        }
    }
}
