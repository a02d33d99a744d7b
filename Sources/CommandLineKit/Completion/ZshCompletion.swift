/// Completion for zsh, to be sourced or put into a folder of `$fpath` as `_PROGRAM`.
struct ZshCompletion {
    let program: String
    let commands: [CompletedCommand]

    private var function: String { "_" + program.functionName }

    var script: String {
        """
        #compdef \(program)
        # Completion of \(program) in zsh. In ~/.zshrc, after compinit: source <(\(program) --generate-completion-script zsh)

        \(function)() {
            local reached=''
            local -a subcommands
            integer index=2
            if [[ ${words[2]} == help ]]; then index=3; fi
            while (( index < CURRENT )); do
                case "$reached/${words[index]}" in
                    (\(keys)) reached+="/${words[index]}" ;;
                    (*) break ;;
                esac
                (( index += 1 ))
            done
            # _arguments takes the first of the words for the command's name.
            words=("${words[1]}" "${(@)words[index,-1]}")
            (( CURRENT -= index - 2 ))
            case "$reached" in
        \(commands.map(branch).joined(separator: "\n"))
            esac
        }

        if [[ ${funcstack[1]} == \("_\(program)".shellQuoted) ]]; then
            \(function) "$@"
        else
            compdef \(function) \(program)
        fi

        """
    }

    private var keys: String {
        let keys = commands.map(\.key).filter { !$0.isEmpty }.map(\.shellQuoted)
        return keys.isEmpty ? "''" : keys.joined(separator: "|")
    }

    private func branch(_ command: CompletedCommand) -> String {
        let specifications = command.options.flatMap(specifications) + command.arguments.map(specification)
        let arguments = specifications.map { "                \($0.shellQuoted)" }.joined(separator: " \\\n")
        let call = "_arguments -s -S \\\n\(arguments)"
        guard !command.subcommands.isEmpty else {
            return "        (\(command.key.shellQuoted))\n            \(call)\n            ;;"
        }
        let entries = command.subcommands.map { "\($0.name):\($0.abstract)".shellQuoted }.joined(separator: " ")
        return """
                    (\(command.key.shellQuoted))
                        subcommands=(\(entries))
                        if [[ $PREFIX != -* ]]; then
                            _describe subcommand subcommands
                            return
                        fi
                        \(call)
                        ;;
            """
    }

    /// One specification of `_arguments` for each name of the option.
    private func specifications(of option: CompletedCommand.Option) -> [String] {
        let names = option.names.map(\.description)
        // One that is given may not be given again under any of its names, unless it is repeatable.
        let guardian = option.isList ? "*" : "(\(names.joined(separator: " ")))"
        let help = option.help.escaping("[]\\") { "\\" + $0 }
        return option.names.map { name in
            guard let valueName = option.valueName else { return "\(guardian)\(name)[\(help)]" }
            let value = "\(name.isLong ? "=" : "+")[\(help)]:\(escaped(valueName)):\(action(option.completion))"
            return "\(guardian)\(name)\(value)"
        }
    }

    private func specification(of argument: CompletedCommand.Argument) -> String {
        let start = argument.isList ? "*" : argument.isRequired ? "" : ":"
        return "\(start):\(escaped(argument.name)):\(action(argument.completion))"
    }

    private func action(_ completion: Completion) -> String {
        switch completion {
        case .file: "_files"
        case .directory: "_files -/"
        case .values(let values):
            "(\(values.map { $0.escaping(" ():\\") { "\\" + $0 } }.joined(separator: " ")))"
        case .automatic, .nothing: " "
        }
    }

    private func escaped(_ text: String) -> String { text.escaping(":\\") { "\\" + $0 } }
}
