/// A range of decimal numbers with a fixed number of decimals: `20..30`, `-1.50..1.50`.
///
/// Its numbers are whole multiples of 10^-decimals, so that what is drawn is what is printed.
public struct DecimalRange: Equatable, Sendable {
    /// The lowest number, times 10^decimals.
    public let lower: Int64
    /// The highest number, times 10^decimals; not under `lower`.
    public let upper: Int64
    /// How many decimals are printed: those of the bound that has more.
    public let decimals: Int

    /// How many steps of the last decimal there are from `lower` to `upper`.
    var span: Int64 { upper - lower }

    /// What a bound's digits may come to, without its point: all integers up to here are exact in a binary64.
    static let largest: Int64 = 1 << 53

    /// Reads `LOWER<separator>UPPER`; nil where `text` is no such thing at all, and nothing that tries to be.
    init?(_ text: String, separator: String, of name: String) throws(PayloadError) {
        guard let (left, right) = DecimalRange.cut(text, at: separator), JSONNumber.isNumber(left) else { return nil }
        guard JSONNumber.isNumber(right) else {
            throw PayloadError("the range \(text) of \(name) has no number after the '\(separator)'")
        }
        do throws(PayloadError) {
            try self.init(left, right)
        } catch {
            throw PayloadError("the range \(text) of \(name) \(error.message)")
        }
    }

    /// The range from one number to another, each as JSON writes it; without `decimals`, with those of the bound that has more.
    ///
    /// - Throws: `PayloadError`; its message goes on behind what the range is called.
    init(_ lower: String, _ upper: String, decimals: Int? = nil) throws(PayloadError) {
        let written = max(DecimalRange.decimals(of: lower), DecimalRange.decimals(of: upper))
        let decimals = decimals ?? written
        guard decimals >= written else { throw PayloadError("has more decimals than \(decimals)") }
        guard let lower = DecimalRange.scaled(lower, decimals), let upper = DecimalRange.scaled(upper, decimals) else {
            throw PayloadError("needs plain numbers of at most 15 digits")
        }
        guard lower <= upper else { throw PayloadError("ends before it begins") }
        (self.lower, self.upper, self.decimals) = (lower, upper, decimals)
    }

    private static func cut(_ text: String, at separator: String) -> (String, String)? {
        var rest = Substring(text)
        while !rest.isEmpty {
            if rest.hasPrefix(separator) {
                return (String(text[..<rest.startIndex]), String(rest.dropFirst(separator.count)))
            }
            rest.removeFirst()
        }
        return nil
    }

    /// How many decimals a number is written with.
    static func decimals(of number: String) -> Int {
        number.firstIndex(of: ".").map { number.distance(from: $0, to: number.endIndex) - 1 } ?? 0
    }

    /// `number` times 10^decimals, or nil where it has an exponent or is too large.
    static func scaled(_ number: String, _ decimals: Int) -> Int64? {
        let zeros = String(repeating: "0", count: decimals - self.decimals(of: number))
        let digits = number.filter { $0 != "." } + zeros
        return Int64(digits).flatMap { $0.magnitude <= largest.magnitude ? $0 : nil }
    }
}
