extension String: ExpressibleByArgument {
    /// Takes the word as it is.
    public init(argument: String) { self = argument }
    /// The text itself.
    public var defaultValueDescription: String { self }
}

extension Int: ExpressibleByArgument {
    /// Reads a decimal whole number.
    public init(argument: String) throws(UsageError) { self = try wholeNumber(argument) }
    /// Called a number in the help.
    public static var valueName: String { "number" }
}

extension Int32: ExpressibleByArgument {
    /// Reads a decimal whole number.
    public init(argument: String) throws(UsageError) { self = try wholeNumber(argument) }
    /// Called a number in the help.
    public static var valueName: String { "number" }
}

extension UInt16: ExpressibleByArgument {
    /// Reads a decimal whole number from 0 to 65535.
    public init(argument: String) throws(UsageError) { self = try wholeNumber(argument) }
    /// Called a number in the help.
    public static var valueName: String { "number" }
}

extension Double: ExpressibleByArgument {
    /// Reads a finite number.
    public init(argument: String) throws(UsageError) {
        guard let number = Double(argument), number.isFinite else {
            throw UsageError("'\(argument)' is not a number")
        }
        self = number
    }
    /// Called a number in the help.
    public static var valueName: String { "number" }
    /// The number, without a fraction where it has none.
    public var defaultValueDescription: String {
        guard let whole = Int(exactly: self) else { return "\(self)" }
        return "\(whole)"
    }
}

extension Bool: ExpressibleByArgument {
    /// Reads `true` or `false`.
    public init(argument: String) throws(UsageError) {
        guard let value = Bool(argument) else { throw UsageError.choice(argument, of: Self.allValues) }
        self = value
    }
    /// Called by its two values in the help.
    public static var valueName: String { "true|false" }
    /// The two values.
    public static var allValues: [String] { ["true", "false"] }
}

private func wholeNumber<Number: FixedWidthInteger>(_ word: String) throws(UsageError) -> Number {
    if let number = Number(word) { return number }
    guard isDecimal(word) else { throw UsageError("'\(word)' is not a whole number") }
    throw UsageError("'\(word)' is not between \(Number.min) and \(Number.max)")
}

private func isDecimal(_ word: String) -> Bool {
    let digits = word.utf8.first == UInt8(ascii: "-") ? word.utf8.dropFirst() : word.utf8[...]
    return !digits.isEmpty && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
}
