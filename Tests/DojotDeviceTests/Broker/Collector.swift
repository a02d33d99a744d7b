import Foundation
import MQTT
import TestSupport

/// Collects the numbers in `{"n":…}` messages on a topic, on a thread of its own, and comes back by itself.
final class Collector: @unchecked Sendable {  // all that changes is guarded by `condition`
    private let condition = NSCondition()
    private var numbers: [Int] = []
    private var distinct: Set<Int> = []
    private var acknowledged = 0
    private var hasStopped = false

    init(port: UInt16 = 1883, socket: String? = nil, topic: String, quality: MQTT.QualityOfService) throws {
        Thread.detachNewThread { [self] in
            var options = MQTTClient.Options(host: "127.0.0.1", port: port, clientIdentifier: "collector")
            options.unixSocket = socket
            options.backoff = Backoff(initial: 0.05, maximum: 0.2)
            do {
                let client = try Self.connect(options)
                try client.subscribe(Subscription([topic], qualityOfService: quality))
                while !condition.withLock({ hasStopped }) { take(try client.next(until: .after(0.1))) }
                client.disconnect()
            } catch {
                stop()
            }
        }
        guard wait(forSubscriptions: 1) else { throw SupportError("the collector did not get its SUBACK") }
    }

    /// Connects, again and again for some seconds: a broker opens its sockets one after the other.
    private static func connect(_ options: MQTTClient.Options) throws -> MQTTClient {
        let end = Date(timeIntervalSinceNow: 20)
        while true {
            let client = try MQTTClient(options)
            do {
                try client.connect()
                return client
            } catch {
                guard Date() < end else { throw error }
                usleep(50_000)
            }
        }
    }

    /// What came, in the order of arrival.
    var received: [Int] { condition.withLock { numbers } }

    func stop() {
        condition.withLock { hasStopped = true }
        condition.broadcast()
    }

    /// How often a subscription was acknowledged.
    var subscriptions: Int { condition.withLock { acknowledged } }

    func wait(forSubscriptions count: Int) -> Bool { wait { $0.acknowledged >= count } }

    func wait(forMessages count: Int) -> Bool { wait { $0.numbers.count >= count } }

    /// Waits for so many that differ, where some come twice.
    func wait(forDistinct count: Int) -> Bool { wait { $0.distinct.count >= count } }

    private func wait(seconds: Double = 60, _ holds: (Collector) -> Bool) -> Bool {
        let end = Date(timeIntervalSinceNow: seconds)
        condition.lock()
        defer { condition.unlock() }
        while !holds(self) {
            if hasStopped || !condition.wait(until: end) { return holds(self) }
        }
        return true
    }

    private func take(_ event: MQTTClient.Event) {
        condition.lock()
        defer { condition.unlock() }
        switch event {
        case .message(let message):
            let digits = message.payload.filter { (48...57).contains($0) }
            let number = Int(String(decoding: digits, as: UTF8.self)) ?? -1
            numbers.append(number)
            distinct.insert(number)
        case .subscribed: acknowledged += 1
        default: return
        }
        condition.broadcast()
    }
}

extension NSCondition {
    func withLock<Result>(_ body: () -> Result) -> Result {
        lock()
        defer { unlock() }
        return body()
    }
}
