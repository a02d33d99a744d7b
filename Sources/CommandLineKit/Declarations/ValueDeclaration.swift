/// An argument or option that holds a value.
///
/// `Value` is an `ArgumentValue`, which only the initializers say: were it a requirement of the class, the runtime would
/// look for the conformance of each type that an option has, through all conformances of the program.
public class ValueDeclaration<Value>: Declaration {
    private let initial: Value?
    private var given: Value?
    private let type: any ArgumentValue.Type
    private let describe: (Value) -> String
    private let read: (inout ArraySlice<String>, Value?) throws(UsageError) -> Value
    private let readEnvironment: (String) throws(UsageError) -> Value

    init(
        initial: Value?, names: [OptionName], help: String, valueName: String?, environment: String?,
        completion: Completion
    ) where Value: ArgumentValue {
        self.initial = initial
        type = Value.self
        describe = { $0.defaultValueDescription }
        read = Value.take(from:after:)
        readEnvironment = Value.take(environment:)
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
        let before = words
        // The first occurrence on the command line replaces a default or the environment's value, the next add to it.
        given = try read(&words, self.source == .commandLine ? given : nil)
        self.source = source
        for word in before.dropLast(words.count) { try checkEncoding(of: word) }
    }

    override func take(environment text: String) throws(UsageError) {
        try checkEncoding(of: text)
        given = try readEnvironment(text)
        source = .environment
    }

    private func checkEncoding(of word: String) throws(UsageError) {
        guard word.hasUndecodableBytes, !type.acceptsUndecodableBytes else { return }
        throw UsageError("'\(word)' is not UTF-8")
    }

    override var isRequired: Bool { initial == nil }
    override var isList: Bool { type.isList }
    override var choices: [String] { type.allValues }
    override var defaultDescription: String { initial.map(describe) ?? "" }
    override var typeValueName: String { type.valueName }
}
