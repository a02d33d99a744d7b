/// Completion for fish 3 and later.
struct FishCompletion {
    let program: String
    let commands: [CompletedCommand]

    private var function: String { "__" + program.functionName + "_at" }

    var script: String {
        """
        # Completion of \(program) in fish, for ~/.config/fish/completions/\(program).fish

        # Whether the words typed so far lead to the command whose path is given.
        function \(function)
            set -l reached ''
            set -l typed (commandline -opc)
            set -e typed[1]
            if test "$typed[1]" = help
                set -e typed[1]
            end
            for word in $typed
                switch "$reached/$word"
                    case \(keys)
                        set reached "$reached/$word"
                    case '*'
                        break
                end
            end
            test "$reached" = "$argv[1]"
        end

        complete -c \(program) -f
        \(commands.flatMap(lines).joined(separator: "\n"))

        """
    }

    private var keys: String {
        let keys = commands.map(\.key).filter { !$0.isEmpty }.map(quoted)
        return keys.isEmpty ? "''" : keys.joined(separator: " ")
    }

    private func lines(for command: CompletedCommand) -> [String] {
        let start = "complete -c \(program) -n \(quoted("\(function) \(quoted(command.key))"))"
        var lines = command.subcommands.map { "\(start) -a \($0.name) -d \(quoted($0.abstract))" }
        for option in command.options {
            let names = option.names.map { name in
                switch name {
                case .long(let text): "-l \(text)"
                case .short(let character): "-s \(quoted(String(character)))"
                }
            }
            var value = ""
            if option.valueName != nil {
                // Without -x fish would offer files where there is nothing to offer.
                value = (option.completion == .file ? " -r" : " -x") + offer(option.completion)
            }
            lines.append("\(start) \(names.joined(separator: " "))\(value) -d \(quoted(option.help))")
        }
        for argument in command.arguments where argument.completion != .nothing {
            lines.append(start + offer(argument.completion))
        }
        return lines
    }

    private func offer(_ completion: Completion) -> String {
        switch completion {
        case .file: " -F"
        case .directory: " -a '(__fish_complete_directories)'"
        case .values(let values): " -a " + quoted(values.map(quoted).joined(separator: " "))
        case .automatic, .nothing: ""
        }
    }

    private func quoted(_ text: String) -> String { "'" + text.escaping("'\\") { "\\" + $0 } + "'" }
}
