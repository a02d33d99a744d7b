/// A value that may take several words of the command line, such as `connect user-property name value`.
public protocol MultiWordArgument: ArgumentValue {
    /// Takes as many words from the front of `words` as the value needs.
    ///
    /// - Throws: what is missing or wrong, without the option's name: the parser puts it in front.
    static func take(from words: inout ArraySlice<String>) throws(UsageError) -> Self
    /// The words' names in the help, such as `packet name value`.
    static var valueName: String { get }
}

extension MultiWordArgument {
    /// None: the command line must say something.
    public static var absent: Self? { nil }
    /// False: the last occurrence counts.
    public static var isList: Bool { false }
    /// None: the values cannot be counted.
    public static var allValues: [String] { [] }
    /// Nothing: the default is not shown.
    public var defaultValueDescription: String { "" }

    /// False: a word is text.
    public static var acceptsUndecodableBytes: Bool { false }

    /// Takes a value in place of the earlier one.
    public static func take(from words: inout ArraySlice<String>, after earlier: Self?) throws(UsageError) -> Self {
        try take(from: &words)
    }

    /// Takes a value whose words are divided by spaces.
    public static func take(environment text: String) throws(UsageError) -> Self {
        var words: ArraySlice<String> = []
        for word in text.split(separator: " ") { words.append(String(word)) }
        let value = try take(from: &words)
        if let excess = words.first { throw UsageError("unexpected '\(excess)'") }
        return value
    }
}
