/// Takes one MessagePack value from bytes of anybody's: it never reads past them, never goes deeper than `deepest`, and never
/// makes room for more than is there.
struct MessagePackReader {
    /// Arrays and maps within each other.
    static let deepest = 16

    private let bytes: [UInt8]
    private var index = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The value that the bytes are, all of them.
    ///
    /// - Throws: `FleetError` with `.invalidMessage` for what is cut short, too deep, an extension, no UTF-8, a whole number
    ///   above 2⁶³-1, or followed by something.
    static func value(of bytes: [UInt8]) throws(FleetError) -> MessagePackValue {
        var reader = MessagePackReader(bytes)
        let value = try reader.value(depth: 0)
        guard reader.index == bytes.count else { throw reader.invalid("there is something behind it") }
        return value
    }

    private mutating func value(depth: Int) throws(FleetError) -> MessagePackValue {
        let kind = try number(UInt8.self)
        switch kind {
        case 0x00...0x7F, 0xE0...0xFF: return .integer(Int64(Int8(bitPattern: kind)))
        case 0x80...0x8F: return try map(Int(kind & 0x0F), depth)
        case 0x90...0x9F: return try array(Int(kind & 0x0F), depth)
        case 0xA0...0xBF: return try text(Int(kind & 0x1F))
        case 0xC0: return .null
        case 0xC2, 0xC3: return .boolean(kind == 0xC3)
        case 0xC4...0xC6: return .bytes(Array(try take(try length(kind - 0xC4))))
        case 0xCA: return .number(Double(Float(bitPattern: try number(UInt32.self))))
        case 0xCB: return .number(Double(bitPattern: try number(UInt64.self)))
        case 0xCC: return .integer(Int64(try number(UInt8.self)))
        case 0xCD: return .integer(Int64(try number(UInt16.self)))
        case 0xCE: return .integer(Int64(try number(UInt32.self)))
        case 0xCF:
            guard let value = Int64(exactly: try number(UInt64.self)) else { throw invalid("a number is too large") }
            return .integer(value)
        case 0xD0: return .integer(Int64(try number(Int8.self)))
        case 0xD1: return .integer(Int64(try number(Int16.self)))
        case 0xD2: return .integer(Int64(try number(Int32.self)))
        case 0xD3: return .integer(try number(Int64.self))
        case 0xD9...0xDB: return try text(try length(kind - 0xD9))
        case 0xDC, 0xDD: return try array(try length(kind - 0xDB), depth)
        case 0xDE, 0xDF: return try map(try length(kind - 0xDD), depth)
        default: throw invalid("its kind is 0x\(String(kind, radix: 16))")
        }
    }

    private mutating func array(_ count: Int, _ depth: Int) throws(FleetError) -> MessagePackValue {
        try checkRoom(for: count, depth)
        var values: [MessagePackValue] = []
        for _ in 0..<count { values.append(try value(depth: depth + 1)) }
        return .array(values)
    }

    private mutating func map(_ count: Int, _ depth: Int) throws(FleetError) -> MessagePackValue {
        try checkRoom(for: 2 * count, depth)
        var pairs: [MessagePackValue.Pair] = []
        for _ in 0..<count {
            pairs.append(.init(key: try value(depth: depth + 1), value: try value(depth: depth + 1)))
        }
        return .map(pairs)
    }

    /// Each value takes a byte at least.
    private func checkRoom(for count: Int, _ depth: Int) throws(FleetError) {
        guard depth < Self.deepest else { throw invalid("it is nested deeper than \(Self.deepest) levels") }
        guard count <= bytes.count - index else { throw invalid("it is cut short") }
    }

    private mutating func text(_ count: Int) throws(FleetError) -> MessagePackValue {
        guard let text = String(validating: try take(count), as: UTF8.self) else { throw invalid("a text is no UTF-8") }
        return .text(text)
    }

    /// A length of 8, 16 or 32 bits, for `size` 0, 1 or 2.
    private mutating func length(_ size: UInt8) throws(FleetError) -> Int {
        switch size {
        case 0: Int(try number(UInt8.self))
        case 1: Int(try number(UInt16.self))
        default: Int(try number(UInt32.self))
        }
    }

    /// The next bytes as a number, the most significant first.
    private mutating func number<Number: FixedWidthInteger>(_: Number.Type) throws(FleetError) -> Number {
        Number(truncatingIfNeeded: try take(Number.bitWidth / 8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) })
    }

    private mutating func take(_ count: Int) throws(FleetError) -> ArraySlice<UInt8> {
        guard count <= bytes.count - index else { throw invalid("it is cut short") }
        defer { index += count }
        return bytes[index..<index + count]
    }

    private func invalid(_ reason: String) -> FleetError {
        FleetError(.invalidMessage, "the message is not to be read: \(reason)")
    }
}
