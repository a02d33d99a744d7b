import CommandLineKit
import MQTT

/// An MQTT 5 property and the packet it goes into: `connect session-expiry-interval 60`, `publish user-property key value`.
struct PropertyArgument: MultiWordArgument {
    let target: PropertyTarget
    let property: Property
    /// As it was typed.
    let words: [String]

    static let valueName = "packet name value"

    static func take(from words: inout ArraySlice<String>) throws(UsageError) -> PropertyArgument {
        guard let packet = words.popFirst(), let name = words.popFirst() else {
            throw UsageError("a packet, a property and its value are needed", hint: hint)
        }
        guard let target = target(packet) else {
            throw UsageError.choice(
                packet, of: ["connect", "publish", "subscribe", "unsubscribe", "disconnect", "will"])
        }
        var values: [String] = []
        for _ in 0..<(Property.takesPair(name) ? 2 : 1) {
            guard let value = words.popFirst() else { throw UsageError("the value of \(name) is missing", hint: hint) }
            values.append(value)
        }
        do {
            return PropertyArgument(
                target: target, property: try Property(name: name, values: values), words: [packet, name] + values)
        } catch {
            throw UsageError(error.message)
        }
    }

    private static let hint = "write: connect user-property KEY VALUE"

    private static func target(_ packet: String) -> PropertyTarget? {
        switch packet.lowercased() {
        case "connect": .connect
        case "publish": .publish
        case "subscribe": .subscribe
        case "unsubscribe": .unsubscribe
        case "disconnect": .disconnect
        case "will": .will
        default: nil
        }
    }
}
