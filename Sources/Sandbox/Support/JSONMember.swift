/// One member of a JSON object as the bytes that it was sent as: a device gets the very order and numbers that a user typed.
enum JSONMember {
    /// The bytes of the value of `name` in an object known to be valid JSON, without the white space between its tokens.
    ///
    /// Where the name comes twice, the last one counts, as in JavaScript.
    static func value(of name: String, in object: [UInt8]) -> [UInt8]? {
        let compact = withoutWhiteSpace(object)
        guard compact.first == UInt8(ascii: "{") else { return nil }
        let wanted = Array("\"\(name)\"".utf8)
        var found: [UInt8]?
        var start = 1
        while start < compact.count {
            let colon = end(ofValueAt: start, in: compact)
            guard colon < compact.count, compact[colon] == UInt8(ascii: ":") else { break }
            let end = end(ofValueAt: colon + 1, in: compact)
            if compact[start..<colon].elementsEqual(wanted) { found = Array(compact[(colon + 1)..<end]) }
            start = end + 1
        }
        return found
    }

    private static func withoutWhiteSpace(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var inString = false
        var escaped = false
        for byte in bytes {
            if !inString && (byte == 32 || byte == 9 || byte == 10 || byte == 13) { continue }
            if byte == UInt8(ascii: "\"") && !escaped { inString.toggle() }
            escaped = inString && byte == UInt8(ascii: "\\") && !escaped
            result.append(byte)
        }
        return result
    }

    /// The index of the comma, colon or bracket after the value (or name) that begins at `start`.
    private static func end(ofValueAt start: Int, in bytes: [UInt8]) -> Int {
        var depth = 0
        var inString = false
        var escaped = false
        for index in start..<bytes.count {
            let byte = bytes[index]
            if inString {
                if byte == UInt8(ascii: "\"") && !escaped { inString = false }
                escaped = byte == UInt8(ascii: "\\") && !escaped
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): inString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return index }
                depth -= 1
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                if depth == 0 { return index }
            default: break
            }
        }
        return bytes.count
    }
}
