/// Turns the words of a command line into what they ask for; prints nothing and ends nothing.
///
/// Besides what the commands declare it knows: each command's help options; of the program itself `--version`,
/// `--generate-completion-script SHELL` and `help COMMAND`.
public struct CommandLineParser {
    let root: any Command.Type
    private let environment: (String) -> String?
    private let width: Int

    /// Makes a parser for a program.
    ///
    /// - Parameters:
    ///   - root: The program's own command.
    ///   - width: The number of columns that help is wrapped to.
    ///   - environment: Looks up an environment variable.
    public init(root: any Command.Type, width: Int = 80, environment: @escaping (String) -> String?) {
        self.root = root
        self.width = width
        self.environment = environment
    }

    /// Makes a parser for a program in an environment that is known whole.
    public init(root: any Command.Type, environment: [String: String], width: Int = 80) {
        self.init(root: root, width: width) { environment[$0] }
    }

    /// Parses the words after the program's name.
    public func parse(_ arguments: [String]) -> Invocation {
        var path = CommandPath(root: root)
        var words = arguments[...]
        while !path.configuration.subcommands.isEmpty {
            guard let word = words.popFirst() else { return .help(help(of: path)) }
            guard let next = path.descending(to: word) else { return atGroup(path, word: word, rest: words) }
            path = next
        }
        return atCommand(path, words: words)
    }

    /// The lines to print after a usage error: the usage of the command, and how to get its help.
    public func advice(for command: String) -> String {
        let path = CommandPath(root: root).tree.first { $0.name == command } ?? CommandPath(root: root)
        let help = path.configuration.helpNames.first.map { "\nsee '\(path.name) \($0)'" } ?? ""
        let lines = UsageText(of: path, width: width - 7).lines
        return "usage: " + lines.joined(separator: "\n       ") + help
    }

    /// The words that lead to a command from the program's name on, for an error that its `run()` threw.
    public func name(of command: any Command) -> String {
        let path = CommandPath(root: root).tree.first { $0.command == type(of: command) }
        return path?.name ?? root.configuration.name
    }

    /// Where a subcommand should be stands another word.
    private func atGroup(_ path: CommandPath, word: String, rest: ArraySlice<String>) -> Invocation {
        let subcommands = path.configuration.subcommands.map { $0.configuration.name }
        if path.configuration.helpNames.contains(where: { $0.description == word }) { return .help(help(of: path)) }
        if path.isRoot {
            if word == "help" { return helpCommand(rest) }
            if let request = programOption(word, value: rest.first) { return request }
        }
        if word.hasPrefix("-") {
            let candidates = path.optionNames(besides: []).filter { $0.hasPrefix("--") }
            let only = subcommands.count == 1 ? ": \(path.name) \(subcommands[0]) \(word) …" : ""
            let hint = Suggestion.hint(for: word, among: candidates) ?? "options stand after the subcommand\(only)"
            return .usage(UsageError("unknown option '\(word)'", hint: hint), command: path.name)
        }
        let hint =
            Suggestion.hint(for: word, among: subcommands) ?? line(path, to: subcommands, [word] + rest)
            ?? "there is " + subcommands.joined(separator: ", ")
        return .usage(UsageError("unknown subcommand '\(word)'", hint: hint), command: path.name)
    }

    /// The command line with the only subcommand that there is; nil where there are several, or where an option, which may be a secret,
    /// is in it.
    private func line(_ path: CommandPath, to subcommands: [String], _ words: [String]) -> String? {
        guard subcommands.count == 1, !words.contains(where: { $0.hasPrefix("-") }) else { return nil }
        return ([path.name] + (subcommands + words).map(\.shellWord)).joined(separator: " ")
    }

    private func atCommand(_ path: CommandPath, words: ArraySlice<String>) -> Invocation {
        if path.isRoot, let word = words.first, let request = programOption(word, value: words.dropFirst().first) {
            return request
        }
        var command = path.command.init()
        let declarations = Declarations(of: command)
        var reader = WordReader(path: path, declarations: declarations)
        do {
            guard try reader.read(words) else { return .help(help(of: path)) }
            try reader.complete(from: environment)
            for group in declarations.groups { try group.validate() }
            try command.validate()
            return .run(command)
        } catch {
            // Who asks for help with a wrong command line gets the help.
            let options = words.prefix { $0 != "--" }
            let helpNames = path.configuration.helpNames.map(\.description)
            if options.contains(where: helpNames.contains) { return .help(help(of: path)) }
            return .usage(error as? UsageError ?? UsageError("\(error)"), command: path.name)
        }
    }

    /// What the program offers by itself.
    private func programOption(_ word: String, value: String?) -> Invocation? {
        if word == "--version" { return .version }
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts[0] == "--generate-completion-script" else { return nil }
        let shells = Shell.allCases.map(\.rawValue).joined(separator: ", ")
        let command = root.configuration.name
        guard let name = parts.count > 1 ? String(parts[1]) : value else {
            return .usage(UsageError("'\(parts[0])' needs a shell: \(shells)"), command: command)
        }
        guard let shell = Shell(rawValue: name) else {
            return .usage(UsageError("'\(parts[0])': '\(name)' is none of \(shells)"), command: command)
        }
        return .completionScript(shell.script(for: CommandPath(root: root)))
    }

    /// `help publish attrs` is `publish attrs --help`.
    private func helpCommand(_ words: ArraySlice<String>) -> Invocation {
        var path = CommandPath(root: root)
        for word in words {
            guard let next = path.descending(to: word) else {
                let names = path.configuration.subcommands.map { $0.configuration.name }
                let hint = Suggestion.hint(for: word, among: names)
                return .usage(UsageError("unknown subcommand '\(word)'", hint: hint), command: path.name)
            }
            path = next
        }
        return .help(help(of: path))
    }

    private func help(of path: CommandPath) -> String { HelpText(of: path, width: width).text }
}
