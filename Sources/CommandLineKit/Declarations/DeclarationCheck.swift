extension CommandLineParser {
    /// What is wrong with the program's own declarations, for its tests: names that are used twice, arguments that
    /// nothing can reach, help that is missing. Empty where all is well.
    public var declarationProblems: [String] {
        CommandPath(root: root).tree.flatMap { path in
            (problems(of: path) + problems(of: Declarations(of: path.command.init()), in: path))
                .map { "\(path.name): \($0)" }
        }
    }

    private func problems(of path: CommandPath) -> [String] {
        var problems: [String] = []
        if path.configuration.abstract.isEmpty { problems.append("there is no abstract") }
        let names = path.configuration.subcommands.map { $0.configuration.name }
        for name in repeated(names) { problems.append("two subcommands are called '\(name)'") }
        if path.configuration.helpNames.isEmpty { problems.append("no option shows its help") }
        return problems
    }

    private func problems(of declarations: Declarations, in path: CommandPath) -> [String] {
        var problems: [String] = []
        if !path.configuration.subcommands.isEmpty && !declarations.all.isEmpty {
            problems.append("a command with subcommands cannot have arguments of its own")
        }
        for name in repeated(path.optionNames(besides: declarations.options)) {
            problems.append("two options are called '\(name)'")
        }
        let valueNames = declarations.arguments.map(\.valueName)
        for name in repeated(valueNames) { problems.append("two arguments are called '<\(name)>'") }
        for declaration in declarations.all where declaration.help.isEmpty {
            problems.append("there is no help for \(declaration.title)")
        }
        let lists = declarations.arguments.filter(\.isList)
        if lists.count > 1 || (lists.count == 1 && declarations.arguments.last?.isList == false) {
            problems.append("'<\(lists[0].valueName)>' takes all that are left, and is not the last")
        }
        return problems
    }

    private func repeated(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { !seen.insert($0).inserted }
    }
}
