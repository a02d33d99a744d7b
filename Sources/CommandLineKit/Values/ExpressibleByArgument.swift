/// A value that is made from one word of the command line.
///
/// An enumeration of `String` cases that is `CaseIterable` conforms by saying so; its cases are the choices in the help.
public protocol ExpressibleByArgument: MultiWordArgument {
    /// Makes the value from a word, which may be empty.
    ///
    /// - Throws: why the word is no such value, without the option's name: the parser puts it in front.
    init(argument: String) throws(UsageError)
    /// All values there are, where they can be counted; none unless a type says so.
    static var allValues: [String] { get }
    /// The value as help shows a default; as it prints unless a type says so.
    var defaultValueDescription: String { get }
}

extension ExpressibleByArgument {
    /// Nothing: help shows the option's own name.
    public static var valueName: String { "" }

    /// Takes one word.
    public static func take(from words: inout ArraySlice<String>) throws(UsageError) -> Self {
        guard let word = words.popFirst() else { throw UsageError("a value is missing") }
        return try Self(argument: word)
    }

    /// Takes the whole text.
    public static func take(environment text: String) throws(UsageError) -> Self { try Self(argument: text) }

    /// The value as it prints.
    public var defaultValueDescription: String { "\(self)" }
}

extension ExpressibleByArgument where Self: RawRepresentable & CaseIterable, RawValue == String {
    /// Finds the case with this raw value.
    public init(argument: String) throws(UsageError) {
        guard let value = Self(rawValue: argument) else { throw UsageError.choice(argument, of: Self.allValues) }
        self = value
    }

    /// The raw values of all cases.
    public static var allValues: [String] {
        var values: [String] = []
        for value in allCases { values.append(value.rawValue) }
        return values
    }

    /// The raw value.
    public var defaultValueDescription: String { rawValue }
}

extension UsageError {
    /// A word that is none of the choices, with the nearest of them as the hint.
    public static func choice(_ word: String, of choices: [String]) -> UsageError {
        UsageError(
            "'\(word)' is none of \(choices.joined(separator: ", "))", hint: Suggestion.hint(for: word, among: choices))
    }
}
