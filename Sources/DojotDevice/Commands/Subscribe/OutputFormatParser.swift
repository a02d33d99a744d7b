import CommandLineKit

/// Takes a format of mosquitto_sub apart.
struct OutputFormatParser {
    private static let letters = "%ACDEFIJPRSUXjlmpqrtx"
    private static let escapes: [UInt8: UInt8] = [
        UInt8(ascii: "\\"): UInt8(ascii: "\\"), UInt8(ascii: "0"): 0, UInt8(ascii: "a"): 7, UInt8(ascii: "e"): 27,
        UInt8(ascii: "n"): 10, UInt8(ascii: "r"): 13, UInt8(ascii: "t"): 9, UInt8(ascii: "v"): 11,
    ]

    private var rest: ArraySlice<UInt8>
    private var pieces: [OutputFormat.Piece] = []
    private var text: [UInt8] = []

    init(_ source: String) { rest = Array(source.utf8)[...] }

    mutating func parse() throws(UsageError) -> [OutputFormat.Piece] {
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"): try field()
            case UInt8(ascii: "@"): try time()
            case UInt8(ascii: "\\"): try escape()
            default: text.append(byte)
            }
        }
        endText()
        return pieces
    }

    private mutating func field() throws(UsageError) {
        var layout = OutputFormat.Layout()
        if rest.first == UInt8(ascii: "-") {
            layout.isLeft = true
            rest.removeFirst()
        }
        if rest.first == UInt8(ascii: "0") {
            layout.pad = UInt8(ascii: "0")
            rest.removeFirst()
        }
        layout.width = number()
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            layout.precision = number()
        }
        guard let letter = rest.popFirst() else { throw UsageError("the format ends in the middle of a '%'") }
        guard Self.letters.utf8.contains(letter) else {
            throw UsageError("the format has a '%\(Character(Unicode.Scalar(letter)))', which nothing stands behind")
        }
        if letter == UInt8(ascii: "%") { return text.append(letter) }
        endText()
        pieces.append(.field(letter, layout))
    }

    private mutating func number() -> Int {
        var value = 0
        while let byte = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), value < 1_000_000 {
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
            rest.removeFirst()
        }
        return value
    }

    private mutating func time() throws(UsageError) {
        guard let letter = rest.popFirst() else { throw UsageError("the format ends with an '@'") }
        if letter == UInt8(ascii: "@") { return text.append(letter) }
        endText()
        pieces.append(letter == UInt8(ascii: "N") ? .nanoseconds : .time("%\(Character(Unicode.Scalar(letter)))"))
    }

    private mutating func escape() throws(UsageError) {
        guard let letter = rest.popFirst() else { throw UsageError("the format ends with a '\\'") }
        guard let byte = Self.escapes[letter] else {
            throw UsageError("the format has a '\\\(Character(Unicode.Scalar(letter)))', which nothing stands behind")
        }
        text.append(byte)
    }

    private mutating func endText() {
        if !text.isEmpty { pieces.append(.text(text)) }
        text = []
    }
}
