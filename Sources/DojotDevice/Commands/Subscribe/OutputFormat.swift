import CommandLineKit
import MQTT

/// A format of mosquitto_sub(1), "OUTPUT FORMAT": `%` for the message, `@` for the time, `\` for control characters.
struct OutputFormat: ExpressibleByArgument {
    /// The flags, width and precision between `%` and its letter.
    struct Layout: Equatable {
        var isLeft = false
        var pad = UInt8(ascii: " ")
        var width = 0
        var precision: Int?
    }

    enum Piece: Equatable {
        case text([UInt8])
        case field(UInt8, Layout)
        /// What strftime(3) makes of `%` and the letter.
        case time(String)
        case nanoseconds
    }

    let pieces: [Piece]
    /// As it was typed.
    let source: String

    static let valueName = "format"

    init(argument: String) throws(UsageError) {
        source = argument
        var parser = OutputFormatParser(argument)
        pieces = try parser.parse()
    }

    var defaultValueDescription: String { source }

    /// Prints one message.
    func print(_ message: Message, isPretty: Bool, to output: inout OutputBuffer) {
        // One moment for the whole line, and none where no piece asks for it.
        var moment: WallTime?
        func time() -> WallTime {
            let now = moment ?? .now
            moment = now
            return now
        }
        for piece in pieces {
            switch piece {
            case .text(let bytes): output.append(bytes)
            case .time(let format): output.append(time().formatted(format))
            case .nanoseconds: output.append(WallTime.padded(time().nanoseconds, to: 9))
            case .field(let letter, let layout):
                let field = MessageField(message: message, layout: layout, isPretty: isPretty)
                field.print(letter, at: time, to: &output)
            }
        }
    }

    static func appendHexadecimal(_ bytes: some Sequence<UInt8>, isUpper: Bool, to output: inout [UInt8]) {
        let digits = Array((isUpper ? "0123456789ABCDEF" : "0123456789abcdef").utf8)
        for byte in bytes {
            output.append(digits[Int(byte >> 4)])
            output.append(digits[Int(byte & 15)])
        }
    }
}
