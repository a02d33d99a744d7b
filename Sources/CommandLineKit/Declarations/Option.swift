/// An option with a value: `--key-length 4096`, `--key-length=4096`, `-k 4096` or `-k4096`.
///
/// The property's type decides how often it is given: `Int` must be there unless it has a default, `Int?` may be left
/// out, `[Int]` may be repeated. Where one that holds a single value is repeated, the last counts.
@propertyWrapper
public final class Option<Value>: ValueDeclaration<Value> {
    /// Declares an option without a default.
    ///
    /// - Parameters:
    ///   - names: The names, long ones first; without any, the property's name as a long one.
    ///   - help: What it does, in one sentence.
    ///   - valueName: The value's name in the help, without angle brackets; else the type's, or the option's
    ///     own.
    ///   - environment: The variable that gives the value where the command line does not; an empty one counts as
    ///     unset, and a list is divided by commas.
    ///   - completion: What a shell offers for the value.
    public init(
        _ names: OptionName..., help: String = "", valueName: String? = nil, environment: String? = nil,
        completion: Completion = .automatic
    ) where Value: ArgumentValue {
        super.init(
            initial: Value.absent, names: names, help: help, valueName: valueName, environment: environment,
            completion: completion)
    }

    /// Declares an option with a default, which help shows.
    public init(
        wrappedValue: Value, _ names: OptionName..., help: String = "", valueName: String? = nil,
        environment: String? = nil, completion: Completion = .automatic
    ) where Value: ArgumentValue {
        super.init(
            initial: wrappedValue, names: names, help: help, valueName: valueName, environment: environment,
            completion: completion)
    }

    /// The parsed value, or the default.
    public var wrappedValue: Value {
        get { value }
        set { value = newValue }
    }

    /// The declaration itself, which knows the value's source.
    public var projectedValue: Option<Value> { self }
}
