// What the scanner says of the byte that it stopped at, and how it tells UTF-8 from other bytes.

extension JSONScanner {
    /// The text is no object: what is it then?
    mutating func failNoObject() -> Bool {
        guard let first = current else { return fail("expected a JSON object, found \(found)") }
        switch first {
        case UInt8(ascii: "["): return fail("expected a JSON object, found an array")
        case UInt8(ascii: "\""): return fail("expected a JSON object, found a string")
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return fail("expected a JSON object, found a number")
        case 0xEF where peekUTF8 == "\u{FEFF}":
            return fail("expected a JSON object, found a byte order mark, which JSON does not have")
        default: return fail("expected a JSON object, which begins with '{', found \(found)")
        }
    }

    /// What stands at the index, for a message: `'x'`, "the end", "a line break", "byte 0x1f".
    var found: String {
        guard let byte = current else { return "the end" }
        switch byte {
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"): return "a line break"
        case UInt8(ascii: "\t"): return "a tab"
        case 0x20..<0x7F: return "'\(Character(Unicode.Scalar(byte)))'"
        default:
            guard let character = peekUTF8, character.properties.isGraphemeBase else {
                return JSONScanner.hexadecimal(byte)
            }
            return "'\(Character(character))'"
        }
    }

    static func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return "byte 0x" + (digits.count < 2 ? "0" + digits : digits)
    }

    /// The length of the well-formed UTF-8 sequence of two to four bytes at `index`, or nil (RFC 3629, section 4:
    /// no overlong forms, no surrogates, nothing above U+10FFFF).
    static func lengthOfUTF8(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Int? {
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch bytes[index] {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: length = 4
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return nil
        }
        guard index + length <= bytes.count, second.contains(bytes[index + 1]) else { return nil }
        for offset in 2..<Swift.max(length, 2) where bytes[index + offset] & 0xC0 != 0x80 { return nil }
        return length
    }
}
