/// A shell that completion scripts are made for.
enum Shell: String, CaseIterable {
    case bash, zsh, fish

    /// The script that completes the program's command lines; it ends with a line break.
    func script(for program: CommandPath) -> String {
        let commands = program.tree.map(CompletedCommand.init)
        let name = program.configuration.name
        switch self {
        case .bash: return BashCompletion(program: name, commands: commands).script
        case .zsh: return ZshCompletion(program: name, commands: commands).script
        case .fish: return FishCompletion(program: name, commands: commands).script
        }
    }
}

extension String {
    /// The text in single quotes, as bash and zsh read it.
    var shellQuoted: String { "'" + escaping("'") { "'\\" + $0 + "'" } + "'" }

    /// The text with each of `characters` changed.
    func escaping(_ characters: String, by change: (String) -> String) -> String {
        var result = ""
        for character in self {
            result += characters.contains(character) ? change(String(character)) : String(character)
        }
        return result
    }

    /// The text as part of a shell function's name.
    var functionName: String { escaping("-.") { _ in "_" } }
}
