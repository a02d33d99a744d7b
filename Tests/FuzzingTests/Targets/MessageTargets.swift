import MQTT
import Payload

@testable import DojotDevice

extension FuzzTarget {
    /// `-F` formats: the first line is the format, the rest a payload.
    static let formats = FuzzTarget("formats", longest: 1024) { bytes in
        let parts = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let format = try? OutputFormat(argument: Array(parts[0]).text) else { return }
        let payload = parts.count > 1 ? Array(parts[1]) : []
        let message = Message(
            topic: "/admin/f60c28/config", payload: payload, qualityOfService: .atLeastOnce, identifier: 1,
            properties: [Property(identifier: 38, value: .pair("key", Array(payload.prefix(8)).text))])
        for isPretty in [false, true] {
            var output = OutputBuffer(-1)
            format.print(message, isPretty: isPretty, to: &output)
        }
    }

    /// Payloads as they are typed: attributes and generators; the first byte chooses.
    static let payloads = FuzzTarget("payloads", longest: 1024) { bytes in
        let (number, rest) = bytes.choice
        if number % 2 == 0 {
            guard let attribute = try? Attribute(argument: rest.text) else { return }
            try requireObject(try Attribute.object([attribute]))
        } else {
            guard let generator = try? Generator(argument: rest.text) else { return }
            var device = SimulatedDevice(template: try PayloadTemplate([generator]), seed: 1)
            for time in 0..<4 {
                var object: [UInt8] = []
                device.appendNextObject(to: &object, at: Int64(time))
                try requireObject(object)
            }
        }
    }

    /// Templates of payloads, with the first line what comes on config.
    static let templates = FuzzTarget("templates", longest: 2048) { bytes in
        let parts = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
        let behaviour: DeviceBehaviour
        do throws(PayloadError) {
            behaviour = try DeviceBehaviour(json: parts.count > 1 ? Array(parts[1]) : []) { (path) in Array(path.utf8) }
        } catch {
            try requireHarmless(error.message, "what is wrong with a template")
            return
        }
        var device = SimulatedDevice(template: behaviour.attributes, seed: 1, id: "f60c28")
        for time in [0, 1, Int64.max, .min] {
            var object: [UInt8] = []
            device.appendNextObject(to: &object, at: time)
            try requireObject(object)
        }
        if let answer = behaviour.onConfig?.publication(for: Array(parts[0])) { try requireObject(answer) }
    }

    /// JSON as it is checked before it is sent, and laid out anew when it comes.
    static let json = FuzzTarget("json", longest: 4096) { bytes in
        guard (try? JSONSyntax.check(value: bytes)) != nil else { return }
        var (compact, pretty, again): ([UInt8], [UInt8], [UInt8]) = ([], [], [])
        JSONReformatter.append(bytes, isPretty: false, to: &compact)
        JSONReformatter.append(bytes, isPretty: true, to: &pretty)
        JSONReformatter.append(pretty, isPretty: false, to: &again)
        try require((try? JSONSyntax.check(value: compact)) != nil, "what was laid out anew is no JSON")
        try require((try? JSONSyntax.check(value: pretty)) != nil, "what was indented is no JSON")
        try require(compact == again, "what was indented is not the same as what was not")
        try require(!compact.contains(UInt8(ascii: "\n")), "there is more than one line")
    }

    /// An object of one attribute: nested as deep as a value may be, it is one level deeper.
    private static func requireObject(_ object: [UInt8]) throws {
        do {
            try JSONSyntax.check(object: object)
        } catch {
            try require(error.message.hasPrefix("nested deeper"), "no JSON object: \(object.text): \(error)")
        }
    }
}
