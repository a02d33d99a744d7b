import Dojot
import Fleet
import Glibc
import MQTT
import PKI

/// What a message should have left in the platform's history, and whether it did: the broker drops what it does not
/// allow without a word.
struct Confirmation {
    private let devices: TenantDevices
    private let name: DeviceName
    private let wanted: [String: JSONValue]
    /// The message's own time, from which on its samples are looked for; without one they are the newest.
    private let start: String?
    private let before: [String: [Sample]]

    /// Looks at the history before the message is published, so that an older value is not taken for the new one.
    ///
    /// - Throws: exit 65 where there is no attribute in the message.
    init(_ payload: [UInt8], of name: DeviceName, in open: () throws -> TenantDevices) throws {
        guard case .object(var attributes)? = JSONValue(json: payload) else {
            throw Failure(.dataError, "cannot confirm the message: it is no JSON object")
        }
        start = try attributes.removeValue(forKey: "timestamp").map(Self.time)
        guard !attributes.isEmpty else {
            throw Failure(.dataError, "cannot confirm the message: it has no attribute")
        }
        devices = try open()
        (self.name, wanted) = (name, attributes)
        before = try Self.history(devices, name, attributes, start)
    }

    /// Asks until all is stored, and tells each attribute as it is found.
    ///
    /// - Throws: exit 75 where something is not stored in time.
    func wait(since sent: MonotonicTime, within seconds: Double) throws {
        var missing = wanted
        var pause = 0.02
        while true {
            let now = try Self.history(devices, name, missing, start)
            let found = missing.filter { isNew($0.value, among: now[$0.key] ?? [], before[$0.key] ?? []) }
            let milliseconds = Int(((MonotonicTime.now - sent) * 1000).rounded())
            for (attribute, value) in found.sorted(by: { $0.key < $1.key }) {
                Console.result("stored \(Self.shown(attribute, value)) (\(milliseconds) ms)")
                missing[attribute] = nil
            }
            if missing.isEmpty { return }
            guard MonotonicTime.now - sent < seconds else { break }
            usleep(UInt32(pause * 1_000_000))
            pause = min(pause * 1.5, 0.5)
        }
        if try devices.device(name).isDisabled {
            throw Failure(
                .refused, "device \(name) is disabled: the platform discards what it publishes",
                hint: "enable it on the dojot web page, then run the same command again")
        }
        let list = missing.sorted { $0.key < $1.key }.map { Self.shown($0.key, $0.value) }.joined(separator: ", ")
        throw Failure(
            .temporaryFailure, "the platform has not stored \(list) in \(Self.spelled(seconds)) s",
            hint:
                "the broker drops what is not for the device's own topic, by its own client identifier, without a word")
    }

    /// Whether there is a sample of the value beside those that were there before.
    private func isNew(_ value: JSONValue, among samples: [Sample], _ earlier: [Sample]) -> Bool {
        var earlier = earlier
        return samples.contains { sample in
            if let place = earlier.firstIndex(of: sample) {
                earlier.remove(at: place)
                return false
            }
            return sample.value == value.parsedIfStructured
        }
    }

    private static func history(
        _ devices: TenantDevices, _ name: DeviceName, _ attributes: [String: JSONValue], _ start: String?
    ) throws -> [String: [Sample]] {
        let labels = attributes.keys.sorted()
        if let start { return try devices.history(of: name, attributes: labels, from: start, first: 100) }
        return try devices.history(of: name, attributes: labels, last: 10)
    }

    /// ISO 8601, to the second where it comes in milliseconds since 1970.
    private static func time(_ value: JSONValue) throws(Failure) -> String {
        switch value {
        case .string(let text): return text
        case .integer(let milliseconds): return "\(Timestamp(unixSeconds: milliseconds / 1000))"
        case .number(let milliseconds) where abs(milliseconds) < 1e15:
            return "\(Timestamp(unixSeconds: Int64((milliseconds / 1000).rounded(.down))))"
        default:
            throw Failure(.dataError, "cannot confirm the message: its timestamp is no time")
        }
    }

    private static func shown(_ attribute: String, _ value: JSONValue) -> String {
        "\(JSONValue.string(attribute).shown)=\(value.shown)"
    }

    private static func spelled(_ seconds: Double) -> String {
        seconds == seconds.rounded() ? "\(Int(seconds))" : "\(seconds)"
    }
}
