/// A value that a flag can hold.
public protocol FlagValue {
    /// The value before the flag was seen.
    static var unset: Self { get }
    /// Takes note of one more occurrence.
    mutating func raise()
}

extension Bool: FlagValue {
    /// Not given.
    public static var unset: Bool { false }
    /// Given.
    public mutating func raise() { self = true }
}

extension Int: FlagValue {
    /// Never given.
    public static var unset: Int { 0 }
    /// Given once more.
    public mutating func raise() { self += 1 }
}

/// An option without a value: a `Bool` is true once it was given, an `Int` counts how often.
@propertyWrapper
public final class Flag<Value>: Declaration {
    /// Whether it was given, or how often.
    public var wrappedValue: Value
    private let raise: (inout Value) -> Void

    /// Declares a flag; without any names, its property's is its long one.
    public init(_ names: OptionName..., help: String = "") where Value: FlagValue {
        wrappedValue = Value.unset
        raise = { $0.raise() }
        super.init(names: names, help: help, valueName: nil, environment: nil, completion: .nothing)
    }

    /// The declaration itself, which knows the value's source.
    public var projectedValue: Flag<Value> { self }

    override func take(from words: inout ArraySlice<String>, source: ValueSource) throws(UsageError) {
        raise(&wrappedValue)
        self.source = source
    }

    override var takesValue: Bool { false }
}
