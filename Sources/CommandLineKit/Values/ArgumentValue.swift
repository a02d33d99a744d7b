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

    /// Whether a word may have bytes that are not UTF-8, see ``Swift/String/init(preservingBytes:)``; the parser refuses them
    /// otherwise.
    static var acceptsUndecodableBytes: Bool { get }

    /// Takes a value from the front of `words`, adding it to `earlier` where this is a list.
    static func take(from words: inout ArraySlice<String>, after earlier: Self?) throws(UsageError) -> Self
    /// Takes a value from an environment variable's text.
    static func take(environment text: String) throws(UsageError) -> Self
}

extension Optional: ArgumentValue where Wrapped: MultiWordArgument {
    /// Nil: the command line may say nothing.
    public static var absent: Self? { .some(nil) }
    /// False: the last occurrence counts.
    public static var isList: Bool { false }
    /// The name that the wrapped type has.
    public static var valueName: String { Wrapped.valueName }
    /// Those of the wrapped type.
    public static var allValues: [String] { Wrapped.allValues }
    /// As that type says.
    public static var acceptsUndecodableBytes: Bool { Wrapped.acceptsUndecodableBytes }
    /// That of the wrapped value; empty for nil.
    public var defaultValueDescription: String { self?.defaultValueDescription ?? "" }

    /// Takes a value of the wrapped type.
    public static func take(from words: inout ArraySlice<String>, after earlier: Self?) throws(UsageError) -> Self {
        try Wrapped.take(from: &words)
    }

    /// Takes a value of the wrapped type.
    public static func take(environment text: String) throws(UsageError) -> Self {
        try Wrapped.take(environment: text)
    }
}

extension Array: ArgumentValue where Element: MultiWordArgument {
    /// Empty: the command line may say nothing.
    public static var absent: Self? { [] }
    /// True: each occurrence adds an element.
    public static var isList: Bool { true }
    /// The name that the element type has.
    public static var valueName: String { Element.valueName }
    /// Those of the element type.
    public static var allValues: [String] { Element.allValues }
    /// As that type says.
    public static var acceptsUndecodableBytes: Bool { Element.acceptsUndecodableBytes }

    /// The elements, divided by commas.
    public var defaultValueDescription: String {
        var descriptions: [String] = []
        for element in self { descriptions.append(element.defaultValueDescription) }
        return descriptions.joined(separator: ", ")
    }

    /// Takes one element and adds it to the earlier ones.
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
