/// One word of a rule after its route: `NAME`, or `NAME=VALUE`.
struct FaultWord: Sendable {
    let name: Substring
    /// nil where there is no "=".
    let value: Substring?

    init(_ text: Substring) {
        let end = text.firstIndex(of: "=")
        name = text[..<(end ?? text.endIndex)]
        value = end.map { text[text.index(after: $0)...] }
    }

    /// The value as a number from 0 to below a billion.
    var number: Double? {
        value.flatMap { Double($0) }.flatMap { $0 >= 0 && $0 < 1e9 ? $0 : nil }
    }

    /// The value as a whole number from 0 to below a billion.
    var whole: Int? {
        value.flatMap { $0.allSatisfy(\.isASCIIDigit) ? Int($0) : nil }.flatMap { $0 < 1_000_000_000 ? $0 : nil }
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
