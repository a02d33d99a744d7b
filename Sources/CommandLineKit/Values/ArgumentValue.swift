/// What an argument or an option can hold: one value, an optional one, or a list of them.
///
/// Do not conform to it: conform to `ExpressibleByArgument` or `MultiWordArgument`, and optionals and lists follow.
public protocol ArgumentValue {
    /// The value where the command line says nothing; nil where it must say something.
    static var absent: Self? { get }
    /// Whether every occurrence adds to those before it.
    static var isList: Bool { get }
    /// The value's name in the help, without its angle brackets; where it is empty, the option's name stands there.
    static var valueName: String { get }
    /// All values there are, where they can be counted.
    static var allValues: [String] { get }
    /// The value as help shows a default; empty where there is nothing to show.
    var defaultValueDescription: String { get }

    /// Takes a value from the front of `words`, adding it to `earlier` where this is a list.
    static func take(from words: inout ArraySlice<String>, after earlier: Self?) throws(UsageError) -> Self
    /// Takes a value from an environment variable's text.
    static func take(environment text: String) throws(UsageError) -> Self
}

extension Optional: ArgumentValue where Wrapped: MultiWordArgument {
    public static var absent: Self? { .some(nil) }
    public static var isList: Bool { false }
    public static var valueName: String { Wrapped.valueName }
    public static var allValues: [String] { Wrapped.allValues }
    public var defaultValueDescription: String { self?.defaultValueDescription ?? "" }

    public static func take(from words: inout ArraySlice<String>, after earlier: Self?) throws(UsageError) -> Self {
        try Wrapped.take(from: &words)
    }

    public static func take(environment text: String) throws(UsageError) -> Self {
        try Wrapped.take(environment: text)
    }
}

extension Array: ArgumentValue where Element: MultiWordArgument {
    public static var absent: Self? { [] }
    public static var isList: Bool { true }
    public static var valueName: String { Element.valueName }
    public static var allValues: [String] { Element.allValues }

    public var defaultValueDescription: String {
        var descriptions: [String] = []
        for element in self { descriptions.append(element.defaultValueDescription) }
        return descriptions.joined(separator: ", ")
    }

    public static func take(from words: inout ArraySlice<String>, after earlier: Self?) throws(UsageError) -> Self {
        var list = earlier ?? []
        list.append(try Element.take(from: &words))
        return list
    }

    /// Takes a list whose elements are divided by commas.
    public static func take(environment text: String) throws(UsageError) -> Self {
        var list: Self = []
        for part in text.split(separator: ",") { list.append(try Element.take(environment: String(part))) }
        return list
    }
}
