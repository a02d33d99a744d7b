import CommandLineKit
import FoundationEssentials
import Glibc

extension Console {
    /// Prints a result as one line of JSON, its keys in order.
    static func result(json value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        result(json: String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// Prints a result that is JSON on one line already.
    static func result(json line: String) { write(escaped(json: line) + "\n", to: STDOUT_FILENO) }

    /// JSON with the control characters beyond ASCII escaped too, which some terminals obey and an encoder may leave as they
    /// are (RFC 8259, section 7): they are in strings only. Those of ASCII can only be white space between its tokens.
    static func escaped(json: String) -> String {
        if json.utf8.allSatisfy({ $0 < 0x7F }) { return json }
        var text = ""
        for scalar in json.unicodeScalars {
            if scalar.steersTerminals, scalar.value >= 0x7F {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
