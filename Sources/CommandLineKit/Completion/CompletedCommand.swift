/// What a shell needs to know of a command.
struct CompletedCommand {
    /// An option as a shell completes it.
    struct Option {
        let names: [OptionName]
        let help: String
        /// The value's name; nil for a flag.
        let valueName: String?
        let isList: Bool
        let completion: Completion

        var longNames: [String] { names.filter(\.isLong).map(\.description) }
        var shortNames: [String] { names.filter { !$0.isLong }.map(\.description) }
    }

    /// A positional argument as a shell completes it.
    struct Argument {
        let name: String
        let isRequired: Bool
        let isList: Bool
        let completion: Completion
    }

    /// The words that lead to it from the program's name on, each after a slash: `/publish/attrs`.
    let key: String
    let subcommands: [(name: String, abstract: String)]
    private(set) var options: [Option] = []
    private(set) var arguments: [Argument] = []

    init(_ path: CommandPath) {
        key = path.commands.dropFirst().map { "/" + $0.configuration.name }.joined()
        var subcommands = path.configuration.subcommands.map { ($0.configuration.name, $0.configuration.abstract) }
        if path.isRoot && !subcommands.isEmpty { subcommands.append(("help", "Show the help of a subcommand.")) }
        self.subcommands = subcommands
        let declarations = Declarations(of: path)
        for declaration in declarations.all { append(declaration) }
        if path.isRoot {
            options.append(flag([.long("version")], "Show the version."))
            options.append(
                Option(
                    names: [.long("generate-completion-script")], help: "Print a completion script.",
                    valueName: "shell", isList: false, completion: .values(Shell.allCases.map(\.rawValue))))
        }
        options.append(flag(path.configuration.helpNames, "Show this help."))
    }

    private mutating func append(_ declaration: Declaration) {
        if declaration.isArgument {
            arguments.append(
                Argument(
                    name: declaration.valueName, isRequired: declaration.isRequired, isList: declaration.isList,
                    completion: declaration.resolvedCompletion))
        } else {
            options.append(
                Option(
                    names: declaration.names, help: declaration.help,
                    valueName: declaration.takesValue ? declaration.valueName : nil, isList: declaration.isList,
                    completion: declaration.resolvedCompletion))
        }
    }

    private func flag(_ names: [OptionName], _ help: String) -> Option {
        Option(names: names, help: help, valueName: nil, isList: false, completion: .nothing)
    }
}

extension Declaration {
    /// The completion, with `automatic` decided.
    fileprivate var resolvedCompletion: Completion {
        guard completion == .automatic else { return completion }
        if !choices.isEmpty { return .values(choices) }
        switch valueName {
        case "file", "path": return .file
        case "directory", "folder": return .directory
        default: return .nothing
        }
    }
}
