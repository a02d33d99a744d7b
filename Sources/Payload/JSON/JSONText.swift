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

    /// Appends a time as a string of ISO 8601 in UTC with milliseconds: "2026-11-24T11:32:50.123Z".
    ///
    /// - Parameter time: milliseconds since 1970, UTC; what is outside the years 0 to 9999 counts as their beginning or end.
    public static func append(iso8601 time: Int64, to buffer: inout [UInt8]) {
        let time = min(max(time, -62_167_219_200_000), 253_402_300_799_999)
        let day = time.flooredQuotient(by: 86_400_000)
        let rest = time - day * 86_400_000
        // Days are counted from 1 March of year 0, so that a leap day is the last of its year: Howard Hinnant,
        // chrono-Compatible Low-Level Date Algorithms, <https://howardhinnant.github.io/date_algorithms.html>.
        let shifted = day + 719_468
        let era = shifted.flooredQuotient(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        buffer.append(UInt8(ascii: "\""))
        append(yearOfEra + era * 400 + (month <= 2 ? 1 : 0), digits: 4, then: "-", to: &buffer)
        append(month, digits: 2, then: "-", to: &buffer)
        append(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1, digits: 2, then: "T", to: &buffer)
        append(rest / 3_600_000, digits: 2, then: ":", to: &buffer)
        append(rest / 60_000 % 60, digits: 2, then: ":", to: &buffer)
        append(rest / 1000 % 60, digits: 2, then: ".", to: &buffer)
        append(rest % 1000, digits: 3, then: "Z", to: &buffer)
        buffer.append(UInt8(ascii: "\""))
    }

    /// Appends a number that has no more than so many digits, with zeros before it, and a character.
    private static func append(
        _ value: Int64, digits: Int, then end: Unicode.Scalar, to buffer: inout [UInt8]
    ) {
        var unit: Int64 = digits == 4 ? 1000 : digits == 3 ? 100 : 10
        while unit > 0 {
            buffer.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / unit % 10))
            unit /= 10
        }
        buffer.append(UInt8(ascii: end))
    }
}

extension Int64 {
    /// The quotient rounded towards the past.
    fileprivate func flooredQuotient(by divisor: Int64) -> Int64 {
        let (quotient, rest) = quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? quotient - 1 : quotient
    }
}
