/// An argument or option that holds a value.
public class ValueDeclaration<Value: ArgumentValue>: Declaration {
    private let initial: Value?
    private var given: Value?

    init(
        initial: Value?, names: [OptionName], help: String, valueName: String?, environment: String?,
        completion: Completion
    ) {
        self.initial = initial
        super.init(names: names, help: help, valueName: valueName, environment: environment, completion: completion)
    }

    var value: Value {
        get {
            // The parser hands out no command before each required value is in; without a parser there is no value
            // that could be meant.
            guard let value = given ?? initial else { preconditionFailure("\(title) is read before it was parsed") }
            return value
        }
        set { given = newValue }
    }

    override func take(from words: inout ArraySlice<String>, source: ValueSource) throws(UsageError) {
        // The first occurrence on the command line replaces a default or the environment's value, the next add to it.
        given = try Value.take(from: &words, after: self.source == .commandLine ? given : nil)
        self.source = source
    }

    override func take(environment text: String) throws(UsageError) {
        given = try Value.take(environment: text)
        source = .environment
    }

    override var isRequired: Bool { initial == nil }
    override var isList: Bool { Value.isList }
    override var choices: [String] { Value.allValues }
    override var defaultDescription: String { initial?.defaultValueDescription ?? "" }
    override var typeValueName: String { Value.valueName }
}
