import FoundationEssentials

/// What devices said on their `attrs` topics: kept as it came, and read when it is asked for.
///
/// At most 64 MiB of payloads are kept, and 100,000 messages a device; the oldest of the device that said most go first.
final class History: Sendable {
    /// One value of one attribute at one time.
    struct Sample: Encodable, Sendable {
        var deviceID: String
        var ts: String
        var value: JSONValue
        var attr: String
        var metadata: [String: JSONValue]

        private enum CodingKeys: String, CodingKey {
            case deviceID = "device_id"
            case ts, value, attr, metadata
        }
    }

    struct Message: Sendable {
        var received: Double
        var payload: [UInt8]
    }

    /// The messages of one device: a queue that gives up its front in steps.
    private struct Log: Sendable {
        var messages: ArraySlice<Message> = []
        var bytes = 0
    }

    private struct Content {
        var logs: [String: Log] = [:]
        var bytes = 0
    }

    static let largest = 64 << 20
    static let messagesPerDevice = 100_000

    private let content = Guarded(Content())

    /// Keeps a message.
    func add(_ payload: [UInt8], of device: String, at time: Double = Time.now) {
        content.withLock { content in
            content.logs[device, default: Log()].messages.append(Message(received: time, payload: payload))
            content.logs[device]?.bytes += payload.count
            content.bytes += payload.count
            if content.logs[device]?.messages.count ?? 0 > Self.messagesPerDevice { Self.drop(from: device, &content) }
            while content.bytes > Self.largest,
                let largest = content.logs.max(by: { $0.value.bytes < $1.value.bytes })?.key
            {
                Self.drop(from: largest, &content)
            }
        }
    }

    /// Forgets a device.
    func remove(_ device: String) {
        content.withLock { content in
            content.bytes -= content.logs.removeValue(forKey: device)?.bytes ?? 0
        }
    }

    /// The values of a device between two times, in the order of their times; messages that are no JSON object are left out.
    ///
    /// - Parameter attributes: Their names; empty for all.
    func samples(
        of device: String, attributes: [String], from: Double?, to: Double?
    ) -> [Sample] {
        let messages = content.withLock { $0.logs[device]?.messages ?? [] }
        let wanted = Set(attributes)
        var samples: [(time: Double, sample: Sample)] = []
        for message in messages {
            guard case .object(let object)? = JSON.decode(JSONValue.self, from: message.payload) else { continue }
            let time = object["timestamp"].flatMap(Self.time) ?? message.received
            if let from, time < from { continue }
            if let to, time > to { continue }
            let ts = Time.iso(time)
            for (name, value) in object where name != "timestamp" && (wanted.isEmpty || wanted.contains(name)) {
                samples.append((time, Sample(deviceID: device, ts: ts, value: value, attr: name, metadata: [:])))
            }
        }
        // Sorted only where a device's own timestamps are out of order: sorting keeps no order among equals.
        let times = samples.map(\.time)
        if zip(times, times.dropFirst()).contains(where: { $0 > $1 }) {
            let order = samples.indices.sorted { (samples[$0].time, $0) < (samples[$1].time, $1) }
            return order.map { samples[$0].sample }
        }
        return samples.map(\.sample)
    }

    /// A device's own time of a sample: milliseconds since 1970, or ISO 8601.
    private static func time(_ value: JSONValue) -> Double? {
        switch value {
        case .integer(let milliseconds): Double(milliseconds) / 1000
        case .number(let milliseconds): milliseconds / 1000
        case .string(let text): Time.parse(text)
        default: nil
        }
    }

    private static func drop(from device: String, _ content: inout Content) {
        guard let first = content.logs[device]?.messages.popFirst() else { return }
        content.logs[device]?.bytes -= first.payload.count
        content.bytes -= first.payload.count
    }
}
