/// Makes elements of a text that `JSONSyntax` has found to be JSON: nothing is checked again, and nothing can be wrong.
struct JSONElementReader {
    private let bytes: [UInt8]
    private var index = 0
    // Where counting lines and columns has come to; elements begin one behind the other, so the text is gone over once.
    private var counted = 0
    private var line = 1
    private var column = 1

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func element() -> JSONElement {
        skipWhiteSpace()
        let (start, position) = (index, position())
        let content: JSONElement.Content
        switch current {
        case UInt8(ascii: "{"): content = .object(members())
        case UInt8(ascii: "["): content = .array(values())
        case UInt8(ascii: "\""): content = .string(string())
        case UInt8(ascii: "t"): content = word(4, .boolean(true))
        case UInt8(ascii: "f"): content = word(5, .boolean(false))
        case UInt8(ascii: "n"): content = word(4, .null)
        default: content = .number(number())
        }
        return JSONElement(content, text: bytes[start..<index], position: position)
    }

    private var current: UInt8 { index < bytes.count ? bytes[index] : 0 }

    private mutating func members() -> [JSONElement.Member] {
        var members: [JSONElement.Member] = []
        while opensNext(UInt8(ascii: "}")) {
            let position = position()
            let name = string()
            skipWhiteSpace()
            index += 1  // the colon
            members.append(JSONElement.Member(name: name, position: position, value: element()))
        }
        return members
    }

    private mutating func values() -> [JSONElement] {
        var values: [JSONElement] = []
        while opensNext(UInt8(ascii: "]")) { values.append(element()) }
        return values
    }

    /// Steps over the bracket or comma at the index, and over `end` behind it; false where that is the end.
    private mutating func opensNext(_ end: UInt8) -> Bool {
        skipWhiteSpace()
        if current == end {
            index += 1
            return false
        }
        index += 1  // '{', '[' or ','
        skipWhiteSpace()
        guard current == end else { return index < bytes.count }
        index += 1
        return false
    }

    private mutating func word(_ length: Int, _ content: JSONElement.Content) -> JSONElement.Content {
        index += length
        return content
    }

    private mutating func number() -> String {
        let start = index
        while index < bytes.count, "+-.eE0123456789".utf8.contains(bytes[index]) { index += 1 }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private mutating func string() -> String {
        index += 1
        var decoded: [UInt8] = []
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            if bytes[index] == UInt8(ascii: "\\") {
                decoded += escaped()
            } else {
                decoded.append(bytes[index])
                index += 1
            }
        }
        index += 1
        return String(decoding: decoded, as: UTF8.self)
    }

    /// What an escape stands for; a lone surrogate is replaced by U+FFFD.
    private mutating func escaped() -> [UInt8] {
        index += 2
        switch bytes[index - 1] {
        case UInt8(ascii: "b"): return [8]
        case UInt8(ascii: "f"): return [12]
        case UInt8(ascii: "n"): return [10]
        case UInt8(ascii: "r"): return [13]
        case UInt8(ascii: "t"): return [9]
        case UInt8(ascii: "u"): return Array(String(unicodeEscape()).utf8)
        default: return [bytes[index - 1]]
        }
    }

    private mutating func unicodeEscape() -> Unicode.Scalar {
        let first = hexadecimal()
        if first & 0xFC00 == 0xD800, bytes[index...].starts(with: "\\u".utf8) {
            let start = index
            index += 2
            let second = hexadecimal()
            if second & 0xFC00 == 0xDC00 {
                return Unicode.Scalar(0x10000 + (first & 0x3FF) << 10 + (second & 0x3FF)) ?? "\u{FFFD}"
            }
            index = start
        }
        return Unicode.Scalar(first) ?? "\u{FFFD}"
    }

    private mutating func hexadecimal() -> UInt32 {
        defer { index += 4 }
        return UInt32(String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16) ?? 0
    }

    private mutating func skipWhiteSpace() {
        while index < bytes.count, " \t\r\n".utf8.contains(bytes[index]) { index += 1 }
    }

    /// The position of the index.
    private mutating func position() -> PayloadError.Position {
        while counted < index {
            if bytes[counted] == UInt8(ascii: "\n") {
                (line, column) = (line + 1, 1)
            } else if bytes[counted] & 0xC0 != 0x80 {
                column += 1
            }
            counted += 1
        }
        return PayloadError.Position(line: line, column: column, offset: index)
    }
}
