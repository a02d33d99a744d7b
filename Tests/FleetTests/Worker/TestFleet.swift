import Foundation
import MQTT

@testable import Fleet

/// Devices as simple as they can be, each with a connection and a thread of its own, that publish to a real broker; every fifth first
/// tries where nobody listens.
final class TestFleet: WorkerFleet, @unchecked Sendable {  // all that changes is guarded by `lock`
    private let port: UInt16
    private let closed: UInt16
    private let capacity: Int
    private let name = "d\(UInt32.random(in: .min ... .max))"
    private let lock = NSLock()
    private var target = 0
    private var alive: Set<Int> = []
    private var record = FleetRecord()
    private var taken = FleetRecord()
    private var indexes: [Int] = []
    private var broker: String?

    /// - Parameters:
    ///   - port: the broker's, without TLS.
    ///   - closed: a port where nobody listens.
    init(port: UInt16, closed: UInt16, capacity: Int = 64) {
        (self.port, self.closed, self.capacity) = (port, closed, capacity)
    }

    /// All that the worker was given.
    var total: FleetRecord.Share { lock.withLock { taken.total } }
    /// The numbers that the master gave the worker, one after the other.
    var joinedAs: [Int] { lock.withLock { indexes } }
    /// What the master's option --broker says.
    var lastBroker: String? { lock.withLock { broker } }

    func joined(as index: Int) throws(FleetError) { lock.withLock { indexes.append(index) } }

    func run(_ count: Int, _ options: SpawnOptions) throws(FleetError) -> Int {
        _ = try options.integer("qos")
        let count = min(count, capacity)
        let new = lock.withLock {
            (target, broker) = (count, options.text("broker"))
            return (0..<count).filter { alive.insert($0).inserted }
        }
        for device in new { Thread.detachNewThread { [self] in live(device) } }
        return count
    }

    func hasReached() -> Bool { lock.withLock { alive.count == target } }

    func stop() { lock.withLock { target = 0 } }

    var running: Int { lock.withLock { alive.count } }

    func hasStopped() -> Bool { running == 0 }

    func takeRecord() -> FleetRecord {
        lock.withLock {
            defer { record.reset() }
            taken.add(record)
            return record
        }
    }

    private func live(_ device: Int) {
        defer { lock.withLock { _ = alive.remove(device) } }
        if device % 5 == 0 { _ = connect(device, to: closed) }
        guard let client = connect(device, to: port) else { return }
        while lock.withLock({ device < target }) {
            let due = MonotonicTime.now
            do {
                try client.publish(
                    [UInt8](repeating: 0x31, count: 10), to: "/\(name)-\(device)/attrs", qualityOfService: .atLeastOnce)
                while true {
                    guard case .acknowledged = try client.next(until: due + 30) else { continue }
                    break
                }
                succeed(.publish, since: due) { $0.sentBytes += 10 }
                while case let rest = due + 0.1, MonotonicTime.now < rest { _ = try client.next(until: rest) }
            } catch {
                fail(.publish, error)
                break
            }
        }
        client.disconnect()
    }

    private func connect(_ device: Int, to port: UInt16) -> MQTTClient? {
        let due = MonotonicTime.now
        do {
            var options = MQTTClient.Options(host: "127.0.0.1", port: port, clientIdentifier: "\(name)-\(device)")
            options.reconnects = false
            let client = try MQTTClient(options)
            try client.connect()
            succeed(.connect, since: due) { _ in }
            return client
        } catch {
            fail(.connect, error)
            return nil
        }
    }

    private func succeed(
        _ operation: Fleet.Operation, since due: MonotonicTime, _ count: (inout FleetRecord.Counts) -> Void
    ) {
        let microseconds = (MonotonicTime.now.nanoseconds - due.nanoseconds) / 1000
        lock.withLock {
            record[.healthy][operation].succeed(after: microseconds)
            count(&record[.healthy].counts)
        }
    }

    private func fail(_ operation: Fleet.Operation, _ error: MQTTError) {
        lock.withLock { record[.healthy][operation].fail(error.code.rawValue) }
    }
}
