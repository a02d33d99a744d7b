import MQTT

/// One `%` of a format for one message.
struct MessageField {
    let message: Message
    let layout: OutputFormat.Layout
    let isPretty: Bool

    func print(_ letter: UInt8, at time: () -> WallTime, to output: inout OutputBuffer) {
        switch Unicode.Scalar(letter) {
        case "A": number(property("topic-alias"), &output)
        case "C": text(string("content-type"), &output)
        case "D": if case .binary(let bytes)? = property("correlation-data") { output.append(foreign: bytes) }
        case "E": number(property("message-expiry-interval"), &output)
        case "F": number(property("payload-format-indicator"), &output)
        case "I": text(time().formatted("%FT%T%z"), &output)
        case "J": MessageJSON(message, time(), isPretty: isPretty).print(escapingPayload: false, to: &output)
        case "P": output.append(foreign: userProperties.utf8)
        case "R": if let topic = string("response-topic") { text(topic, &output) }
        case "S": number(property("subscription-identifier"), &output)
        case "U":
            let now = time()
            output.append("\(now.seconds).\(WallTime.padded(now.nanoseconds, to: 9))")
        case "X": payload(isHexadecimal: true, isUpper: true, &output)
        case "j": MessageJSON(message, time(), isPretty: isPretty).print(escapingPayload: true, to: &output)
        case "l": number(message.payload.count, &output)
        case "m": number(Int(message.identifier), &output)
        case "p": payload(isHexadecimal: false, isUpper: false, &output)
        case "q": output.append("\(message.qualityOfService.rawValue)")
        case "r": output.append(message.isRetained ? "1" : "0")
        case "t": text(message.topic, &output)
        case "x": payload(isHexadecimal: true, isUpper: false, &output)
        default: break
        }
    }

    private func property(_ name: String) -> Property.Value? { message.properties.first { $0.name == name }?.value }

    private func string(_ name: String) -> String? {
        if case .string(let text)? = property(name) { text } else { nil }
    }

    private var userProperties: String {
        let pairs = message.properties.compactMap { property -> String? in
            if case .pair(let key, let value) = property.value { "\(key):\(value)" } else { nil }
        }
        return pairs.joined(separator: " ")
    }

    private func number(_ value: Property.Value?, _ output: inout OutputBuffer) {
        switch value {
        case .byte(let value): number(Int(value), &output)
        case .int16(let value): number(Int(value), &output)
        case .int32(let value), .variable(let value): number(Int(value), &output)
        default: output.append(layout.pad, count: layout.width)
        }
    }

    private func number(_ value: Int, _ output: inout OutputBuffer) {
        let digits = "\(value)"
        let missing = layout.width - digits.utf8.count
        if !layout.isLeft { output.append(layout.pad, count: missing) }
        output.append(digits)
        if layout.isLeft { output.append(UInt8(ascii: " "), count: missing) }
    }

    private func text(_ text: String?, _ output: inout OutputBuffer) {
        let bytes = Array((text ?? "").utf8.prefix(layout.precision ?? .max))
        let missing = layout.width - bytes.count
        if !layout.isLeft { output.append(UInt8(ascii: " "), count: missing) }
        output.append(foreign: bytes)
        if layout.isLeft { output.append(UInt8(ascii: " "), count: missing) }
    }

    /// A width is, as in mosquitto_sub, the most and the least: what is longer is cut.
    private func payload(isHexadecimal: Bool, isUpper: Bool, _ output: inout OutputBuffer) {
        var bytes = message.payload[...]
        if layout.width > 0 {
            bytes = bytes.prefix(layout.width)
            if isHexadecimal { bytes = bytes.prefix(bytes.count / 2) }
        }
        let missing = layout.width - bytes.count * (isHexadecimal ? 2 : 1)
        if !layout.isLeft { output.append(layout.pad, count: missing) }
        if isHexadecimal {
            var digits: [UInt8] = []
            OutputFormat.appendHexadecimal(bytes, isUpper: isUpper, to: &digits)
            output.append(digits)
        } else {
            output.append(foreign: bytes)
        }
        if layout.isLeft { output.append(UInt8(ascii: " "), count: missing) }
    }
}
