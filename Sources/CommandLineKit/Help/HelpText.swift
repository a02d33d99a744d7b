/// The help of a command: what it is, how it is called, what can be said to it, examples and exit codes.
struct HelpText {
    private let path: CommandPath
    private let width: Int
    private let declarations: Declarations
    private var configuration: CommandConfiguration { path.configuration }

    init(of path: CommandPath, width: Int) {
        self.path = path
        self.width = width
        declarations = Declarations(of: path)
    }

    /// The whole text, which ends with a line break.
    var text: String {
        var parts = [TextBlock.wrapped("OVERVIEW: " + configuration.abstract, width: width)]
        if !configuration.discussion.isEmpty {
            parts.append(TextBlock.wrapped(configuration.discussion, width: width))
        }
        parts.append(usage)
        let lists = [arguments, options] + groups + [subcommands]
        let column = HelpSection.column(for: lists, width: width)
        for list in lists.dropLast() where !list.rows.isEmpty { parts.append(list.lines(column: column, width: width)) }
        if let heading = configuration.shortNamesHeading, !shortNames.isEmpty {
            parts.append(["\(heading):"] + shortNames)
        }
        if !subcommands.rows.isEmpty { parts.append(subcommands.lines(column: column, width: width) + ["", seeAlso]) }
        if !configuration.examples.isEmpty { parts.append(["EXAMPLES:"] + examples) }
        for list in [environment, exitCodes] where !list.rows.isEmpty {
            parts.append(list.lines(column: HelpSection.column(for: [list], width: width), width: width))
        }
        return parts.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    private var usage: [String] {
        let heading = "USAGE: "
        let lines = UsageText(of: path, width: width - heading.count).lines
        let indent = String(repeating: " ", count: heading.count)
        return lines.enumerated().map { ($0 == 0 ? heading : indent) + $1 }
    }

    private var arguments: HelpSection {
        HelpSection("ARGUMENTS", rows: declarations.arguments.map { ("<\($0.valueName)>", $0.helpText) })
    }

    private var options: HelpSection {
        var section = HelpSection("OPTIONS", rows: rows(in: nil))
        if path.isRoot {
            section.rows.append(("--version", "Show the version."))
            let shells = Shell.allCases.map(\.rawValue).joined(separator: ", ")
            section.rows.append(
                ("--generate-completion-script <shell>", "Print a completion script (values: \(shells))."))
        }
        section.rows.append((label(of: configuration.helpNames), "Show this help."))
        return section
    }

    /// The groups with a title, in the order in which they are declared.
    private var groups: [HelpSection] {
        var titles: [String] = []
        for case let title? in declarations.options.map(\.group) where !titles.contains(title) { titles.append(title) }
        return titles.map { HelpSection($0.uppercased(), rows: rows(in: $0)) }
    }

    private func rows(in group: String?) -> [HelpSection.Row] {
        declarations.options.filter { $0.group == group }.map { option in
            let names = label(of: option.names)
            return (option.takesValue ? names + " <\(option.valueName)>" : names, option.helpText)
        }
    }

    /// The names, short ones first, or without them where they have a section of their own.
    private func label(of names: [OptionName]) -> String {
        let long = names.filter(\.isLong).map(\.description)
        let short = names.filter { !$0.isLong }.map(\.description)
        if configuration.shortNamesHeading != nil && !long.isEmpty { return long.joined(separator: ", ") }
        return (short + long).joined(separator: ", ")
    }

    /// Pairs of a short name and the long one beside which it is not listed, in columns.
    private var shortNames: [String] {
        var pairs: [String] = []
        for names in declarations.options.map(\.names) + [configuration.helpNames] {
            guard let long = names.first(where: \.isLong) else { continue }
            for short in names where !short.isLong { pairs.append("\(short) \(long)") }
        }
        return TextBlock.columns(pairs, width: width)
    }

    /// The subcommands; in place of those that have subcommands themselves, these.
    private var subcommands: HelpSection {
        let leaves = path.tree.dropFirst().filter { $0.configuration.subcommands.isEmpty }
        return HelpSection(
            "SUBCOMMANDS",
            rows: leaves.map { (String($0.name.dropFirst(path.name.count + 1)), $0.configuration.abstract) })
    }

    private var seeAlso: String {
        let program = path.commands[0].configuration.name
        return "  See '\(program) help\(path.name.dropFirst(program.count)) <subcommand>' for more."
    }

    private var examples: [String] {
        configuration.examples.flatMap { example in
            example.command.split(separator: "\n").map { "  " + $0 }
                + TextBlock.wrapped(example.effect, width: width - 6).map { "      " + $0 }
        }
    }

    private var environment: HelpSection {
        HelpSection("ENVIRONMENT", rows: configuration.environment.map { ($0.name, $0.meaning) })
    }

    private var exitCodes: HelpSection {
        HelpSection("EXIT CODES", rows: configuration.exitCodes.map { ("\($0.code)", $0.meaning) })
    }
}

extension Declaration {
    /// Its help with choices, default and environment variable in parentheses.
    fileprivate var helpText: String {
        var notes: [String] = []
        if isList && !isArgument { notes.append("repeatable") }
        if !choices.isEmpty { notes.append("values: " + choices.joined(separator: ", ")) }
        if !defaultDescription.isEmpty { notes.append("default: " + defaultDescription) }
        if let environment { notes.append("environment: " + environment) }
        guard !notes.isEmpty else { return help }
        let note = "(" + notes.joined(separator: "; ") + ")"
        guard help.hasSuffix(".") else { return help.isEmpty ? note : help + " " + note }
        return help.dropLast() + " " + note + "."
    }
}
