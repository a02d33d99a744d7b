/// Rows of comma-separated values (RFC 4180), or with another separator: fields in double quotes may have commas, line breaks and doubled quotes in them.
public struct CSVReader {
    /// One row.
    public struct Row: Equatable, Sendable {
        /// Its fields, at least one.
        public let fields: [String]
        /// The line that it begins in, from 1.
        public let line: Int
    }

    private let text: [UInt8]
    private let separator: UInt8
    private var index = 0
    private var line = 1

    /// Reads UTF-8 with LF or CRLF; a byte order mark is left out.
    public init(_ text: String, separator: UInt8 = UInt8(ascii: ",")) {
        self.init(Array(text.utf8), separator: separator)
    }

    /// Reads UTF-8 with LF or CRLF; a byte order mark is left out.
    public init(_ bytes: [UInt8], separator: UInt8 = UInt8(ascii: ",")) {
        self.separator = separator
        self.text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    }

    /// The next row; nil at the end.
    ///
    /// - Throws: `PayloadError` with the line, for a quote that does not end, or that ends before its field does.
    public mutating func next() throws(PayloadError) -> Row? {
        guard index < text.count else { return nil }
        let start = line
        var fields: [String] = []
        while true {
            fields.append(try field(startingIn: start))
            guard index < text.count else { break }
            let byte = text[index]
            index += 1
            if byte == separator { continue }
            if byte == UInt8(ascii: "\r"), index < text.count, text[index] == UInt8(ascii: "\n") { index += 1 }
            line += 1
            break
        }
        return Row(fields: fields, line: start)
    }

    /// Reads up to the comma or line break behind a field.
    private mutating func field(startingIn start: Int) throws(PayloadError) -> String {
        guard index < text.count, text[index] == UInt8(ascii: "\"") else {
            let rest = text[index...].prefix {
                ![separator, UInt8(ascii: "\n"), UInt8(ascii: "\r")].contains($0)
            }
            index = rest.endIndex
            return String(decoding: rest, as: UTF8.self)
        }
        index += 1
        var value: [UInt8] = []
        while index < text.count {
            let byte = text[index]
            index += 1
            if byte == UInt8(ascii: "\n") { line += 1 }
            if byte != UInt8(ascii: "\"") {
                value.append(byte)
                continue
            }
            if index < text.count, text[index] == UInt8(ascii: "\"") {
                value.append(byte)
                index += 1
                continue
            }
            guard
                index == text.count
                    || [separator, UInt8(ascii: "\n"), UInt8(ascii: "\r")].contains(text[index])
            else {
                throw PayloadError("line \(line): a field goes on behind its closing quote")
            }
            return String(decoding: value, as: UTF8.self)
        }
        throw PayloadError("line \(start): a quote does not end")
    }
}
