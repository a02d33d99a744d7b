import FoundationEssentials

extension Console {
    /// Prints a result as one line of JSON, its keys in order.
    static func result(json value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        result(escaped(String(decoding: try encoder.encode(value), as: UTF8.self)))
    }

    /// JSON with the control characters beyond ASCII escaped too, which some terminals obey and the encoder leaves as they
    /// are (RFC 8259, section 7): they are in strings only.
    private static func escaped(_ json: String) -> String {
        if json.utf8.allSatisfy({ $0 < 0x7F }) { return json }
        var text = ""
        for scalar in json.unicodeScalars {
            let category = scalar.properties.generalCategory
            if category == .control || category == .format {
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
