/// Goes once over a JSON text and stops at the first byte that breaks the grammar of RFC 8259.
///
/// Each function consumes what it is named for and says whether it was there; where it was not, `problem` says why.
struct JSONScanner {
    struct Problem {
        let offset: Int
        let message: String
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private(set) var index = 0
    private(set) var problem: Problem?

    /// `bytes` must outlive the scanner.
    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    var isAtEnd: Bool { index == bytes.count }

    /// The byte at the index, or nil at the end.
    var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    /// The character outside ASCII at the index, if it is whole.
    var peekUTF8: Unicode.Scalar? {
        guard index < bytes.count, let length = JSONScanner.lengthOfUTF8(bytes, at: index) else { return nil }
        return String(decoding: bytes[index..<index + length], as: UTF8.self).unicodeScalars.first
    }

    /// Remembers what is wrong, at the index where nothing else is said; the answer is always false.
    mutating func fail(_ message: String, at offset: Int? = nil) -> Bool {
        problem = Problem(offset: offset ?? index, message: message)
        return false
    }

    // MARK: - Texts and values

    mutating func text(_ expected: JSONSyntax.Expectation) -> Bool {
        skipWhiteSpace()
        if expected == .object, current != UInt8(ascii: "{") { return failNoObject() }
        guard value(depth: 1) else { return false }
        skipWhiteSpace()
        return isAtEnd || fail("expected nothing more after the end, found \(found)")
    }

    private mutating func value(depth: Int) -> Bool {
        guard let first = current else { return fail("expected a value, found the end") }
        switch first {
        case UInt8(ascii: "{"): return object(depth: depth)
        case UInt8(ascii: "["): return array(depth: depth)
        case UInt8(ascii: "\""): return string()
        case UInt8(ascii: "t"): return literal("true")
        case UInt8(ascii: "f"): return literal("false")
        case UInt8(ascii: "n"): return literal("null")
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return number()
        case UInt8(ascii: "'"): return fail("strings are quoted with \", not with '")
        default: return fail("expected a value, found \(found)")
        }
    }

    private mutating func object(depth: Int) -> Bool {
        guard open(depth) else { return false }
        if close(UInt8(ascii: "}")) { return true }
        while true {
            guard current == UInt8(ascii: "\"") else {
                return fail("expected a name in double quotes, found \(found)")
            }
            guard string() else { return false }
            skipWhiteSpace()
            guard current == UInt8(ascii: ":") else { return fail("expected ':' after the name, found \(found)") }
            index += 1
            skipWhiteSpace()
            guard value(depth: depth + 1) else { return false }
            if close(UInt8(ascii: "}")) { return true }
            guard comma(before: UInt8(ascii: "}")) else { return false }
        }
    }

    private mutating func array(depth: Int) -> Bool {
        guard open(depth) else { return false }
        if close(UInt8(ascii: "]")) { return true }
        while true {
            guard value(depth: depth + 1) else { return false }
            if close(UInt8(ascii: "]")) { return true }
            guard comma(before: UInt8(ascii: "]")) else { return false }
        }
    }

    // MARK: - What arrays and objects have in common

    private mutating func open(_ depth: Int) -> Bool {
        guard depth <= JSONSyntax.maximumDepth else {
            return fail("nested deeper than \(JSONSyntax.maximumDepth) levels")
        }
        index += 1
        return true
    }

    private mutating func close(_ bracket: UInt8) -> Bool {
        skipWhiteSpace()
        guard current == bracket else { return false }
        index += 1
        return true
    }

    private mutating func comma(before bracket: UInt8) -> Bool {
        guard current == UInt8(ascii: ",") else {
            return fail("expected ',' or '\(Character(Unicode.Scalar(bracket)))', found \(found)")
        }
        let offset = index
        index += 1
        skipWhiteSpace()
        if current != bracket { return true }
        return fail("a ',' must not stand before '\(Character(Unicode.Scalar(bracket)))'", at: offset)
    }

    private mutating func skipWhiteSpace() {
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): index += 1
            default: return
            }
        }
    }

    // MARK: - Scalars

    private mutating func literal(_ word: StaticString) -> Bool {
        for offset in 0..<word.utf8CodeUnitCount {
            guard index + offset < bytes.count, bytes[index + offset] == word.utf8Start[offset] else {
                return fail("expected a value, found \(found)")
            }
        }
        index += word.utf8CodeUnitCount
        return true
    }

    /// A number of section 6: an optional minus, no leading zero, a digit on both sides of the point.
    mutating func number() -> Bool {
        let start = index
        if current == UInt8(ascii: "-") { index += 1 }
        if current == UInt8(ascii: "0") {
            index += 1
            if isDigit { return fail("a number must not begin with 0", at: start) }
        } else if !digits() {
            return fail("expected a digit, found \(found)")
        }
        if current == UInt8(ascii: ".") {
            index += 1
            guard digits() else { return fail("expected a digit after the point, found \(found)") }
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            index += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { index += 1 }
            guard digits() else { return fail("expected a digit in the exponent, found \(found)") }
        }
        return true
    }

    private var isDigit: Bool { index < bytes.count && bytes[index] &- UInt8(ascii: "0") < 10 }

    private mutating func digits() -> Bool {
        let start = index
        while isDigit { index += 1 }
        return index > start
    }

    private mutating func string() -> Bool {
        let start = index
        index += 1
        while true {
            // Most bytes need no more than this; the index is kept out of memory for them.
            var next = index
            while next < bytes.count, JSONScanner.isPlain(bytes[next]) { next += 1 }
            index = next
            guard let byte = current else { return fail("the string that begins here has no end", at: start) }
            switch byte {
            case UInt8(ascii: "\""):
                index += 1
                return true
            case UInt8(ascii: "\\"):
                guard escape() else { return false }
            case 0x80...:
                guard let length = JSONScanner.lengthOfUTF8(bytes, at: index) else {
                    return fail("\(JSONScanner.hexadecimal(byte)) is not UTF-8 here")
                }
                index += length
            default:
                return fail("\(found) in a string must be written as an escape such as \\n or \\u001f")
            }
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x80 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    private mutating func escape() -> Bool {
        let start = index
        index += 1
        switch current {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            index += 1
            return true
        case UInt8(ascii: "u"):
            index += 1
            for _ in 0..<4 {
                guard let digit = current, Character(Unicode.Scalar(digit)).isHexDigit, digit < 0x80 else {
                    return fail("\\u must be followed by four hexadecimal digits", at: start)
                }
                index += 1
            }
            return true
        default:
            return fail("\\ must be followed by one of \" \\ / b f n r t u, found \(found)", at: start)
        }
    }
}
