/// A positional argument of a command.
///
/// The property's type decides what it takes: `String` must be given, `String?` and a property with a default may be
/// left out, `[String]` takes all that are left and stands last.
@propertyWrapper
public final class Argument<Value>: ValueDeclaration<Value> {
    /// Declares an argument; its name in the help is the property's, where `valueName` does not give one.
    public init(help: String = "", valueName: String? = nil, completion: Completion = .automatic)
    where Value: ArgumentValue {
        super.init(
            initial: Value.absent, names: [], help: help, valueName: valueName, environment: nil,
            completion: completion)
    }

    /// Declares an argument with a default.
    public init(
        wrappedValue: Value, help: String = "", valueName: String? = nil, completion: Completion = .automatic
    ) where Value: ArgumentValue {
        super.init(
            initial: wrappedValue, names: [], help: help, valueName: valueName, environment: nil,
            completion: completion)
    }

    /// The parsed value, or the default.
    public var wrappedValue: Value {
        get { value }
        set { value = newValue }
    }

    /// The declaration itself, which knows the value's source.
    public var projectedValue: Argument<Value> { self }

    override var isArgument: Bool { true }
}
