import Foundation
import MQTT

/// Publishes {"n":…} at QoS 1 every other millisecond until it is stopped, on a thread of its own.
final class SteadyPublisher: @unchecked Sendable {  // all that changes is guarded by `condition`
    private let condition = NSCondition()
    private var hasStopped = false
    private var acknowledged: Int?

    init(socket: String, topic: String) {
        Thread.detachNewThread { [self] in
            let count = try? Self.publish(socket, topic) { condition.withLock { hasStopped } }
            condition.withLock { acknowledged = count ?? -1 }
            condition.broadcast()
        }
    }

    /// How many the broker has.
    func stop() -> Int {
        condition.lock()
        defer { condition.unlock() }
        hasStopped = true
        let end = Date(timeIntervalSinceNow: 30)
        while acknowledged == nil, condition.wait(until: end) {}
        return acknowledged ?? -1
    }

    private static func publish(_ socket: String, _ topic: String, until isOver: () -> Bool) throws -> Int {
        var options = MQTTClient.Options(host: "localhost", port: 0, clientIdentifier: "publisher")
        options.unixSocket = socket
        let client = try MQTTClient(options)
        try client.connect()
        var number = 0
        while !isOver() {
            let payload = Array("{\"n\":\(number)}".utf8)
            try client.deliver(payload, to: topic, qualityOfService: .atLeastOnce, within: 20)
            number += 1
            usleep(2000)
        }
        client.disconnect()
        return number
    }
}
