import MQTT
import Payload

/// A message as `%j` and `%J` print it: mosquitto_sub's JSON object.
struct MessageJSON {
    private let message: Message
    private let time: WallTime
    private let isPretty: Bool

    init(_ message: Message, _ time: WallTime, isPretty: Bool) {
        self.message = message
        self.time = time
        self.isPretty = isPretty
    }

    /// - Parameter escapingPayload: whether the payload is a string, and not JSON of its own.
    func print(escapingPayload: Bool, to output: inout OutputBuffer) {
        if !escapingPayload, !message.payload.isEmpty, (try? JSONSyntax.check(value: message.payload)) == nil {
            return Console.warning("the message on topic \(message.topic) is no JSON")
        }
        var line: [UInt8] = []
        let micro = WallTime.padded(time.nanoseconds / 1000, to: 6)
        append("tst", string: time.formatted("%Y-%m-%dT%H:%M:%S") + "." + micro + "Z" + time.formatted("%z"), &line)
        append("topic", string: message.topic, &line)
        append("qos", "\(message.qualityOfService.rawValue)", &line)
        append("retain", message.isRetained ? "1" : "0", &line)
        append("payloadlen", "\(message.payload.count)", &line)
        if message.qualityOfService != .atMostOnce { append("mid", "\(message.identifier)", &line) }
        if !message.properties.isEmpty { append("properties", properties, &line) }
        if message.payload.isEmpty {
            append("payload", "null", &line)
        } else if escapingPayload {
            append("payload", string: String(decoding: message.payload, as: UTF8.self), &line)
        } else {
            append("payload", String(decoding: message.payload, as: UTF8.self), &line)
        }
        line.append(UInt8(ascii: "}"))
        var laidOut: [UInt8] = []
        JSONReformatter.append(line, isPretty: isPretty, to: &laidOut)
        output.append(foreignJSON: laidOut)
    }

    private var properties: String {
        var list: [UInt8] = []
        var users: [UInt8] = []
        for property in message.properties {
            switch property.value {
            case .byte(let value): append(property.name, "\(value)", &list)
            case .int16(let value): append(property.name, "\(value)", &list)
            case .int32(let value), .variable(let value): append(property.name, "\(value)", &list)
            case .binary(let bytes): append(property.name, string: String(decoding: bytes, as: UTF8.self), &list)
            case .string(let text): append(property.name, string: text, &list)
            case .pair(let key, let value): append(key, string: value, &users)
            }
        }
        if !users.isEmpty { append("user-properties", String(decoding: users, as: UTF8.self) + "}", &list) }
        return String(decoding: list, as: UTF8.self) + "}"
    }

    private func append(_ name: String, string value: String, _ line: inout [UInt8]) {
        var text: [UInt8] = []
        JSONText.append(string: value, to: &text)
        append(name, String(decoding: text, as: UTF8.self), &line)
    }

    private func append(_ name: String, _ json: String, _ line: inout [UInt8]) {
        line.append(line.isEmpty ? UInt8(ascii: "{") : UInt8(ascii: ","))
        JSONText.append(string: name, to: &line)
        line.append(UInt8(ascii: ":"))
        line += Array(json.utf8)
    }
}
