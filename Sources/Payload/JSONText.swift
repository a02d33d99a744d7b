/// Writes the parts of a JSON text (RFC 8259) into a buffer of the caller's.
public enum JSONText {
    /// Appends `text` as a string in double quotes; only `"`, `\` and control characters are escaped.
    public static func append(string text: String, to buffer: inout [UInt8]) {
        buffer.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                buffer.append(UInt8(ascii: "\\"))
                buffer.append(byte)
            case UInt8(ascii: "\n"): buffer.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "n")])
            case UInt8(ascii: "\r"): buffer.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "r")])
            case UInt8(ascii: "\t"): buffer.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "t")])
            case 0..<0x20, 0x7F:
                buffer.append(contentsOf: "\\u00".utf8)
                if byte < 0x10 { buffer.append(UInt8(ascii: "0")) }
                buffer.append(contentsOf: String(byte, radix: 16).utf8)
            default: buffer.append(byte)
            }
        }
        buffer.append(UInt8(ascii: "\""))
    }

    /// Appends `value` divided by 10 to the power of `decimals`, with just as many decimals: (2150, 2) is `21.50`.
    public static func append(_ value: Int64, decimals: Int = 0, to buffer: inout [UInt8]) {
        if value < 0 { buffer.append(UInt8(ascii: "-")) }
        var rest = value.magnitude
        let start = buffer.count
        var written = 0
        // The digits come last first and are turned round in place, so that nothing is allocated.
        repeat {
            if written == decimals, decimals > 0 { buffer.append(UInt8(ascii: ".")) }
            buffer.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
            written += 1
        } while rest > 0 || written <= decimals
        var (left, right) = (start, buffer.count - 1)
        while left < right {
            buffer.swapAt(left, right)
            (left, right) = (left + 1, right - 1)
        }
    }
}
