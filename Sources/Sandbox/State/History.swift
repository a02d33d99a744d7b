import Glibc
import Threads

/// What devices said on their `attrs` topics: kept as it came, and read when it is asked for.
///
/// At most 64 MiB are kept, and 100,000 messages a device; the oldest of the devices that said most go first.
final class History: Sendable {
    /// One value of one attribute at one time.
    struct Sample: Sendable {
        /// In Unix seconds, to the millisecond.
        var time: Double
        var attr: String
        var value: JSONValue
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

        /// Adds a message, in place of the oldest where there are too many; gives by how much it has grown.
        mutating func add(_ message: Message, hasOwnTime: Bool) -> Int {
            messages.append(message)
            if hasOwnTime { hasOwnTimes = true }
            let dropped = messages.count > History.messagesPerDevice ? messages.popFirst() : nil
            let growth = History.size(message.payload) - (dropped.map { History.size($0.payload) } ?? 0)
            bytes += growth
            return growth
        }
    }

    private struct Content {
        var logs: [String: Log] = [:]
        var bytes = 0
    }

    static let largest = 64 << 20
    /// What a message takes in memory besides its payload.
    private static let overhead = 64
    static let messagesPerDevice = 100_000

    private let content = Guarded(Content())

    /// Keeps a message.
    func add(_ payload: [UInt8], of device: String, at time: Double = Time.now) {
        let hasOwnTime = Self.mentionsTime(payload)
        content.withLock { content in
            let message = Message(received: time, payload: payload)
            let growth = content.logs[device, default: Log()].add(message, hasOwnTime: hasOwnTime)
            content.bytes += growth
            if content.bytes > Self.largest { Self.shrink(&content) }
        }
    }

    /// How many bytes what is kept takes, in memory; a file of it is about as large.
    var bytes: Int { content.withLock { $0.bytes } }

    /// All that is kept.
    var all: [String: ArraySlice<Message>] { content.withLock { $0.logs.mapValues(\.messages) } }

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
        var samples: [Sample] = []
        for message in log.messages.reversed() {
            if let enough, wanted.allSatisfy({ found[$0, default: 0] >= enough }) { break }
            if !log.hasOwnTimes, !Self.lies(message.received, from, to) { continue }
            guard case .object(let object)? = JSON.decode(JSONValue.self, from: message.payload) else { continue }
            let time = ((object["timestamp"].flatMap(Self.time) ?? message.received) * 1000).rounded() / 1000
            guard Self.lies(time, from, to) else { continue }
            for (name, value) in object where name != "timestamp" && (wanted.isEmpty || wanted.contains(name)) {
                found[name, default: 0] += 1
                samples.append(Sample(time: time, attr: name, value: value))
            }
        }
        samples.reverse()
        guard log.hasOwnTimes else { return samples }
        let order = samples.indices.sorted { (samples[$0].time, $0) < (samples[$1].time, $1) }
        return order.map { samples[$0] }
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

    private static func size(_ payload: [UInt8]) -> Int { payload.count + overhead }

    /// Makes room for a while: the logs that are larger than the others lose their oldest messages, until all hold an eighth less.
    ///
    /// Message by message, the largest log of a fleet would be looked for thousands of times a second.
    private static func shrink(_ content: inout Content) {
        let sizes = content.logs.values.map(\.bytes).sorted(by: >)
        // Down to which size the largest have to go: that of the next one, as long as that is not enough.
        var level = sizes.first ?? 0
        var surplus = content.bytes - largest / 8 * 7
        for (index, size) in sizes.enumerated() where surplus > 0 {
            let next = index + 1 < sizes.count ? sizes[index + 1] : 0
            let least = size - (surplus + index) / (index + 1)
            level = max(next, least)
            surplus -= (size - level) * (index + 1)
        }
        for (device, log) in content.logs where log.bytes > level {
            var bytes = log.bytes
            let kept = log.messages.drop { message in
                guard bytes > level else { return false }
                bytes -= size(message.payload)
                return true
            }
            content.bytes -= log.bytes - bytes
            content.logs[device]?.bytes = bytes
            // A copy of its own, so that the others are let go of.
            content.logs[device]?.messages = ArraySlice(Array(kept))
        }
    }
}
