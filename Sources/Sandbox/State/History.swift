import Glibc

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

    /// A payload and when it came, in Unix seconds.
    struct Message: Sendable {
        var received: Double
        var payload: [UInt8]
    }

    /// The messages of one device: a queue that gives up its front in steps.
    private struct Log: Sendable {
        var messages: ArraySlice<Message> = []
        var bytes = 0
        /// Whether the device gave times of its own, which may be in any order.
        var hasOwnTimes = false
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
        let hasOwnTime = Self.mentionsTime(payload)
        content.withLock { content in
            content.logs[device, default: Log()].messages.append(Message(received: time, payload: payload))
            content.logs[device]?.bytes += payload.count
            if hasOwnTime { content.logs[device]?.hasOwnTimes = true }
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

    /// What a device said, in the order in which it came.
    func messages(of device: String) -> ArraySlice<Message> { content.withLock { $0.logs[device]?.messages ?? [] } }

    /// The values of a device between two times, in the order of their times; messages that are no JSON object are left out.
    ///
    /// - Parameters:
    ///   - attributes: Their names; empty for all.
    ///   - last: How many of each are wanted, the newest; there may be more in the answer.
    func samples(
        of device: String, attributes: [String], from: Double?, to: Double?, last: Int? = nil
    ) -> [Sample] {
        let log = content.withLock { $0.logs[device] } ?? Log()
        let wanted = Set(attributes)
        // From the newest on, so that reading may end early: all of a long history takes seconds to read.
        let enough = wanted.isEmpty || log.hasOwnTimes ? nil : last
        var found: [String: Int] = [:]
        var samples: [(time: Double, sample: Sample)] = []
        for message in log.messages.reversed() {
            if let enough, wanted.allSatisfy({ found[$0, default: 0] >= enough }) { break }
            if !log.hasOwnTimes, !Self.lies(message.received, from, to) { continue }
            guard case .object(let object)? = JSON.decode(JSONValue.self, from: message.payload) else { continue }
            let time = object["timestamp"].flatMap(Self.time) ?? message.received
            guard Self.lies(time, from, to) else { continue }
            let ts = Time.iso(time)
            for (name, value) in object where name != "timestamp" && (wanted.isEmpty || wanted.contains(name)) {
                found[name, default: 0] += 1
                samples.append((time, Sample(deviceID: device, ts: ts, value: value, attr: name, metadata: [:])))
            }
        }
        samples.reverse()
        guard log.hasOwnTimes else { return samples.map(\.sample) }
        let order = samples.indices.sorted { (samples[$0].time, $0) < (samples[$1].time, $1) }
        return order.map { samples[$0].sample }
    }

    private static func lies(_ time: Double, _ from: Double?, _ to: Double?) -> Bool {
        time >= from ?? -.infinity && time <= to ?? .infinity
    }

    /// Whether a payload may have a time of its own in it.
    private static func mentionsTime(_ payload: [UInt8]) -> Bool {
        let word = Array("\"timestamp\"".utf8)
        return payload.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while rest.count >= word.count, let start = UnsafeRawBufferPointer(rebasing: rest).baseAddress,
                let quote = memchr(start, Int32(word[0]), rest.count - word.count + 1)
            {
                if memcmp(quote, word, word.count) == 0 { return true }
                rest = rest.dropFirst(UnsafeRawPointer(quote) - start + 1)
            }
            return false
        }
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
