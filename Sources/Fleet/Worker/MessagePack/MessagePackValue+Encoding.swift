extension MessagePackValue {
    /// The value in the shortest form that holds it, as msgpack for Python writes it; a float always has 64 bits.
    var encoded: [UInt8] {
        var output: [UInt8] = []
        append(to: &output)
        return output
    }

    private func append(to output: inout [UInt8]) {
        switch self {
        case .null: output.append(0xC0)
        case .boolean(let value): output.append(value ? 0xC3 : 0xC2)
        case .integer(let value): Self.append(value, to: &output)
        case .number(let value):
            output.append(0xCB)
            Self.append(value.bitPattern, to: &output)
        case .text(let text):
            let bytes = Array(text.utf8)
            Self.append(bytes.count, short: (0xA0, 31), [0xD9, 0xDA, 0xDB], to: &output)
            output += bytes
        case .bytes(let bytes):
            Self.append(bytes.count, short: nil, [0xC4, 0xC5, 0xC6], to: &output)
            output += bytes
        case .array(let values):
            Self.append(values.count, short: (0x90, 15), [nil, 0xDC, 0xDD], to: &output)
            for value in values { value.append(to: &output) }
        case .map(let pairs):
            Self.append(pairs.count, short: (0x80, 15), [nil, 0xDE, 0xDF], to: &output)
            for pair in pairs {
                pair.key.append(to: &output)
                pair.value.append(to: &output)
            }
        }
    }

    /// A whole number: in the byte that says what it is, or behind one, unsigned where it can be.
    private static func append(_ value: Int64, to output: inout [UInt8]) {
        switch value {
        case -32...127: output.append(UInt8(truncatingIfNeeded: value))
        case 128...0xFF: output += [0xCC, UInt8(value)]
        case 0x100...0xFFFF: append(UInt16(value), behind: 0xCD, to: &output)
        case 0x1_0000...0xFFFF_FFFF: append(UInt32(value), behind: 0xCE, to: &output)
        case 0x1_0000_0000...: append(UInt64(value), behind: 0xCF, to: &output)
        case -0x80 ..< -32: output += [0xD0, UInt8(truncatingIfNeeded: value)]
        case -0x8000 ..< -0x80: append(Int16(value), behind: 0xD1, to: &output)
        case -0x8000_0000 ..< -0x8000: append(Int32(value), behind: 0xD2, to: &output)
        default: append(value, behind: 0xD3, to: &output)
        }
    }

    /// A length: in the byte that says what is so long, up to `short.most`, or behind the one for 8, 16 or 32 bits.
    private static func append(
        _ length: Int, short: (first: UInt8, most: Int)?, _ kinds: [UInt8?], to output: inout [UInt8]
    ) {
        if let short, length <= short.most {
            output.append(short.first | UInt8(length))
        } else if let kind = kinds[0], length <= 0xFF {
            output += [kind, UInt8(length)]
        } else if let kind = kinds[1], length <= 0xFFFF {
            append(UInt16(length), behind: kind, to: &output)
        } else if let kind = kinds[2] {
            // Nothing of ours has 4 GiB.
            append(UInt32(clamping: length), behind: kind, to: &output)
        }
    }

    private static func append(_ value: some FixedWidthInteger, behind kind: UInt8, to output: inout [UInt8]) {
        output.append(kind)
        append(value, to: &output)
    }

    /// The bytes, the most significant first.
    private static func append(_ value: some FixedWidthInteger, to output: inout [UInt8]) {
        withUnsafeBytes(of: value.bigEndian) { output += $0 }
    }
}
