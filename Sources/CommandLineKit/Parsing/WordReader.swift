/// Hands the words of a command line to what the command declares.
struct WordReader {
    let path: CommandPath
    let declarations: Declarations
    private var words: ArraySlice<String> = []
    private var positional: ArraySlice<String> = []

    init(path: CommandPath, declarations: Declarations) {
        self.path = path
        self.declarations = declarations
    }

    /// Reads all words; returns false where they ask for help.
    mutating func read(_ arguments: ArraySlice<String>) throws(UsageError) -> Bool {
        words = arguments
        while let word = words.popFirst() {
            if word == "--" {
                positional += words
                words = []
            } else if word.hasPrefix("--") {
                guard try readLong(word) else { return false }
            } else if isShort(word) {
                guard try readShort(word) else { return false }
            } else {
                positional.append(word)
            }
        }
        try readPositional()
        return true
    }

    /// Takes from the environment what was not given, and checks that all is there.
    mutating func complete(from environment: (String) -> String?) throws(UsageError) {
        for declaration in declarations.all where declaration.source == .default {
            if let variable = declaration.environment, let text = environment(variable), !text.isEmpty {
                do throws(UsageError) {
                    try declaration.take(environment: text)
                } catch {
                    throw UsageError("environment variable \(variable): \(error.message)", hint: error.hint)
                }
            }
        }
        for declaration in declarations.all where declaration.isRequired && declaration.source == .default {
            let kind = declaration.isArgument ? "argument" : "option"
            let hint = declaration.environment.map { "give it here or in \($0)" }
            throw UsageError("missing \(kind) \(declaration.title)", hint: hint)
        }
    }

    /// A dash alone is an argument, and so is a negative number where no option is called like its digit.
    private func isShort(_ word: String) -> Bool {
        guard word.utf8.count > 1, word.hasPrefix("-") else { return false }
        let first = word[word.index(after: word.startIndex)]
        guard first.isNumber || first == ".", Double(word) != nil else { return true }
        return declarations.option(named: .short(first)) != nil
    }

    private mutating func readLong(_ word: String) throws(UsageError) -> Bool {
        let body = word.dropFirst(2)
        let equals = body.firstIndex(of: "=")
        let name = OptionName.long(String(body[..<(equals ?? body.endIndex)]))
        if path.configuration.helpNames.contains(name) { return false }
        guard let option = declarations.option(named: name) else { throw unknown(name.description) }
        if let equals {
            guard option.takesValue else { throw UsageError("'\(name)' takes no value") }
            words = putBack(String(body[body.index(after: equals)...]))
            try take(option, name)
        } else {
            try checkNext(of: option, name)
            try take(option, name)
        }
        return true
    }

    /// Reads flags up to the first option with a value, whose value is the rest of the word or the next one.
    private mutating func readShort(_ word: String) throws(UsageError) -> Bool {
        if declarations.option(named: .long(String(word.dropFirst()))) != nil, word.count > 2 {
            throw UsageError("unknown option '\(word)'", hint: "did you mean '-\(word)'?")
        }
        var rest = word.dropFirst()
        while let character = rest.popFirst() {
            let name = OptionName.short(character)
            if path.configuration.helpNames.contains(name) { return false }
            guard let option = declarations.option(named: name) else {
                throw word.count == 2 ? unknown(word) : UsageError("unknown option '\(name)' in '\(word)'")
            }
            if option.takesValue {
                if rest.isEmpty {
                    try checkNext(of: option, name)
                } else {
                    words = putBack(String(rest.first == "=" ? rest.dropFirst() : rest))
                    rest = ""
                }
            }
            try take(option, name)
        }
        return true
    }

    /// The words with `word`, a part of the one read last, in front.
    private func putBack(_ word: String) -> ArraySlice<String> { [word] + words }

    /// Refuses an option without a value, and one whose value is another option's name.
    private func checkNext(of option: Declaration, _ name: OptionName) throws(UsageError) {
        guard option.takesValue else { return }
        guard let next = words.first else { throw UsageError("'\(name)' needs a value: <\(option.valueName)>") }
        guard next.hasPrefix("-"), isOption(next) else { return }
        let joined = name.isLong ? "\(name)=\(next)" : "\(name)\(next)"
        throw UsageError(
            "'\(name)' needs a value: <\(option.valueName)>, and '\(next)' is an option",
            hint: "if it is meant as the value, write '\(joined)'")
    }

    private func isOption(_ word: String) -> Bool {
        declarations.all.contains { $0.names.contains { $0.description == word } }
            || path.configuration.helpNames.contains { $0.description == word }
    }

    private mutating func take(_ option: Declaration, _ name: OptionName) throws(UsageError) {
        do throws(UsageError) {
            try option.take(from: &words, source: .commandLine)
        } catch {
            throw UsageError("'\(name)': \(error.message)", hint: error.hint)
        }
    }

    /// Gives each required argument one word and the optional ones, from the left, what is over.
    private mutating func readPositional() throws(UsageError) {
        let arguments = declarations.arguments
        var spare = positional.count - arguments.count { $0.isRequired }
        for argument in arguments {
            if argument.isList {
                while spare > 0 && !positional.isEmpty {
                    spare -= 1
                    try takePositional(argument)
                }
            } else if argument.isRequired || spare > 0 {
                guard !positional.isEmpty else { return }
                if !argument.isRequired { spare -= 1 }
                try takePositional(argument)
            }
        }
        if let excess = positional.first { throw UsageError("unexpected argument '\(excess)'") }
    }

    private mutating func takePositional(_ argument: Declaration) throws(UsageError) {
        do throws(UsageError) {
            try argument.take(from: &positional, source: .commandLine)
        } catch {
            throw UsageError("\(argument.title): \(error.message)", hint: error.hint)
        }
    }

    private func unknown(_ word: String) -> UsageError {
        let names = path.optionNames(besides: declarations.options).filter { $0.hasPrefix("--") }
        let hint = word.hasPrefix("--") ? Suggestion.hint(for: word, among: names) : nil
        return UsageError("unknown option '\(word)'", hint: hint)
    }
}

extension CommandPath {
    /// All options as they are typed: `declared` and those that the parser itself knows.
    func optionNames(besides declared: [Declaration]) -> [String] {
        var names: [String] = []
        for option in declared { names += option.names.map(\.description) }
        names += configuration.helpNames.map(\.description)
        if isRoot { names += ["--version", "--generate-completion-script"] }
        return names
    }
}
