/// Numbers as the platform writes them back.
enum JSONNumber {
    /// Whether `text` is a number that the platform would give back letter for letter.
    ///
    /// dojot is JavaScript throughout: it reads a JSON number as a binary64 and writes it by ECMA-262's
    /// `Number::toString`. `21.5`, `-3`, `1e+21` come back as they went; `1.10`, `1e5`, `007`, `-0`, `5.0` and
    /// `12345678901234567890` would come back as another text.
    static func keepsItsText(_ text: String) -> Bool {
        isNumber(text) && Double(text).map { $0.isFinite && self.text(of: $0) == text } == true
    }

    /// Whether `text` is a number by the grammar of RFC 8259, section 6.
    static func isNumber(_ text: String) -> Bool {
        Array(text.utf8).withUnsafeBufferPointer {
            var scanner = JSONScanner($0)
            return scanner.number() && scanner.isAtEnd
        }
    }

    /// The shortest text that reads back as `value`, in the form of ECMA-262, section 6.1.6.1.20 (Number::toString).
    ///
    /// `value` must be finite.
    static func text(of value: Double) -> String {
        if value == 0 { return "0" }
        let (digits, point) = shortestDigits(of: value.magnitude)
        let sign = value < 0 ? "-" : ""
        let zeros = { (count: Int) in String(repeating: "0", count: count) }
        switch point {
        case 1...21 where point >= digits.count:
            return sign + digits + zeros(point - digits.count)
        case 1...21:
            return sign + digits.prefix(point) + "." + digits.dropFirst(point)
        case -5...0:
            return sign + "0." + zeros(-point) + digits
        default:
            let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
            return sign + digits.prefix(1) + fraction + "e" + (point > 0 ? "+" : "-") + String((point - 1).magnitude)
        }
    }

    /// The digits and the place of the point: `value` is 0.DIGITS × 10^point; no zero stands at either end.
    private static func shortestDigits(of value: Double) -> (digits: String, point: Int) {
        // Swift's own description has the shortest digits (SwiftDtoa), in another form: "100000.0", "1.5e-07".
        let parts = value.description.split(separator: "e", maxSplits: 1)
        let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let mantissa = parts[0].split(separator: ".", maxSplits: 1)
        let all = mantissa[0] + (mantissa.count > 1 ? mantissa[1] : "")
        let significant = all.drop { $0 == "0" }
        var digits = String(significant)
        while digits.last == "0" { digits.removeLast() }
        let leadingZeros = all.count - significant.count
        return (digits, mantissa[0].count - leadingZeros + exponent)
    }
}
