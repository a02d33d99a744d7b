/// A property that was declared with one of this module's property wrappers.
///
/// The wrappers are classes: the property that a command reads and the child that a mirror of it shows are one object.
/// They share a base class since a cast to a class is much cheaper than one to a protocol.
public class DeclaredProperty {
    /// Adds what this property declares to `list`; `label` is the property's name.
    func collect(into list: inout Declarations, label: String, group: String?) {}
    /// Checks the values of a group that fit together or do not.
    func validate() throws {}
}

/// One argument, option or flag of a command.
public class Declaration: DeclaredProperty {
    /// Where its value came from.
    public internal(set) var source: ValueSource = .default

    let help: String
    let environment: String?
    let completion: Completion
    private(set) var names: [OptionName]
    private(set) var label = ""
    private(set) var group: String?
    private let givenValueName: String?

    init(names: [OptionName], help: String, valueName: String?, environment: String?, completion: Completion) {
        self.names = names
        self.help = help
        self.givenValueName = valueName
        self.environment = environment
        self.completion = completion
    }

    override func collect(into list: inout Declarations, label: String, group: String?) {
        self.label = label
        self.group = group
        if names.isEmpty && !isArgument { names = [.long(kebabCase(label))] }
        list.append(self)
    }

    /// Takes the value's words from the front of `words`.
    func take(from words: inout ArraySlice<String>, source: ValueSource) throws(UsageError) {}
    /// Takes the value from an environment variable's text.
    func take(environment text: String) throws(UsageError) {}

    var isArgument: Bool { false }
    /// Whether words follow its name.
    var takesValue: Bool { true }
    /// Whether the command line or the environment must give it.
    var isRequired: Bool { false }
    var isList: Bool { false }
    var choices: [String] { [] }
    var defaultDescription: String { "" }
    var typeValueName: String { "" }

    /// The value's name without angle brackets.
    var valueName: String {
        if let givenValueName { return givenValueName }
        if isArgument { return kebabCase(label) }
        if !typeValueName.isEmpty { return typeValueName }
        if case .long(let name)? = preferredName { return name }
        return "value"
    }

    /// The first long name, else the first short one.
    var preferredName: OptionName? { names.first { $0.isLong } ?? names.first }

    /// What messages call it: `'--key-length'` or `'<host>'`.
    var title: String { isArgument ? "'<\(valueName)>'" : "'\(preferredName?.description ?? label)'" }
}

/// Turns `keyLength` into `key-length`.
private func kebabCase(_ label: String) -> String {
    var result = ""
    for character in label {
        if character.isUppercase && !result.isEmpty { result += "-" }
        result += character.lowercased()
    }
    return result
}
