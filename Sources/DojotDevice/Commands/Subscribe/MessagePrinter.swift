import MQTT
import Payload

/// Prints messages, in mosquitto_sub's ways or as JSON.
struct MessagePrinter {
    enum Style {
        case payload
        /// The topic, then the payload.
        case verbose
        case format(OutputFormat, isPretty: Bool)
        /// One JSON object a line.
        case json
    }

    private let style: Style
    private let endsLines: Bool
    private var output = OutputBuffer()

    init(_ style: Style, endsLines: Bool) {
        self.style = style
        self.endsLines = endsLines
    }

    mutating func print(_ message: Message) throws {
        switch style {
        case .payload:
            // As mosquitto_sub: an empty message prints nothing.
            guard !message.payload.isEmpty else { return }
            output.append(foreign: message.payload)
            endLine()
        case .verbose: printVerbose(message)
        case .format(let format, let isPretty):
            format.print(message, isPretty: isPretty, to: &output)
            endLine()
        case .json:
            printJSON(message)
            output.append(UInt8(ascii: "\n"))
        }
        try output.flushIfLarge()
    }

    mutating func flush() throws { try output.flush() }

    private mutating func endLine() {
        if endsLines { output.append(UInt8(ascii: "\n")) }
    }

    private mutating func printVerbose(_ message: Message) {
        if message.payload.isEmpty {
            guard endsLines else { return }
            output.append(foreign: message.topic.utf8)
            output.append(" (null)\n")
        } else {
            output.append(foreign: message.topic.utf8)
            output.append(UInt8(ascii: " "))
            output.append(foreign: message.payload)
            endLine()
        }
    }

    /// The payload is JSON where it is that, else a string; where it is no text either, its bytes in hexadecimal.
    private mutating func printJSON(_ message: Message) {
        var line: [UInt8] = Array(#"{"topic":"#.utf8)
        JSONText.append(string: message.topic, to: &line)
        line += Array(#","qos":\#(message.qualityOfService.rawValue),"retained":\#(message.isRetained)"#.utf8)
        line += Array(#","time":"\#(WallTime.now.timestamp)","#.utf8)
        if (try? JSONSyntax.check(value: message.payload)) != nil {
            line += Array(#""payload":"#.utf8)
            JSONReformatter.append(message.payload, isPretty: false, to: &line)
        } else if let text = String(validating: message.payload, as: UTF8.self) {
            line += Array(#""payload":"#.utf8)
            JSONText.append(string: text, to: &line)
        } else {
            line += Array(#""payload_hex":""#.utf8)
            OutputFormat.appendHexadecimal(message.payload, isUpper: false, to: &line)
            line.append(UInt8(ascii: "\""))
        }
        line.append(UInt8(ascii: "}"))
        output.append(foreignJSON: line)
    }
}
