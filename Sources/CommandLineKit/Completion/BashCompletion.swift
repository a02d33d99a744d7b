/// Completion for bash 4 and later; needs no bash-completion package.
struct BashCompletion {
    let program: String
    let commands: [CompletedCommand]

    private var function: String { "_" + program.functionName }

    var script: String {
        """
        # Completion of \(program) in bash. In ~/.bashrc: source <(\(program) --generate-completion-script bash)

        # Offers those of the words that begin with what was typed.
        \(function)_words() {
            local word
            for word in "$@"; do
                if [[ $word == "$current"* ]]; then COMPREPLY+=("$word"); fi
            done
        }

        # Offers files, or folders, whose names may hold spaces.
        \(function)_paths() {
            compopt -o filenames 2>/dev/null || true
            mapfile -t COMPREPLY < <(compgen "$1" -- "$current")
        }

        \(function)() {
            local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
            local reached='' arguments_only='' index=1
            COMPREPLY=()
            # bash divides --name=value at the equals sign.
            if [[ $current == '=' ]]; then
                current=''
            elif [[ $previous == '=' ]]; then
                previous=${COMP_WORDS[COMP_CWORD-2]}
            fi
            if [[ ${COMP_WORDS[1]} == help ]]; then index=2; fi
            for ((; index < COMP_CWORD; index++)); do
                case "$reached/${COMP_WORDS[index]}" in
                    \(keys)) reached+="/${COMP_WORDS[index]}" ;;
                    *) break ;;
                esac
            done
            for ((; index < COMP_CWORD; index++)); do
                if [[ ${COMP_WORDS[index]} == '--' ]]; then arguments_only=1; fi
            done
            if [[ -z $arguments_only ]]; then
                case "$reached $previous" in
        \(valueCases)
                esac
                if [[ $current == -* ]]; then
                    case "$reached" in
        \(optionCases)
                    esac
                    return
                fi
            fi
            case "$reached" in
        \(wordCases)
            esac
        }

        complete -F \(function) \(program)

        """
    }

    /// All keys but the program's own, as a pattern.
    private var keys: String {
        let keys = commands.map(\.key).filter { !$0.isEmpty }.map(\.shellQuoted)
        return keys.isEmpty ? "''" : keys.joined(separator: "|")
    }

    /// What follows an option that takes a value.
    private var valueCases: String {
        lines(indent: 12) { command in
            command.options.filter { $0.valueName != nil }.map { option in
                let pattern = option.names.map { "\(command.key) \($0)".shellQuoted }.joined(separator: "|")
                return "\(pattern)) \(offer(option.completion)); return ;;"
            }
        }
    }

    private var optionCases: String {
        lines(indent: 16) { command in
            let names = command.options.flatMap { $0.longNames.isEmpty ? $0.shortNames : $0.longNames }
            return ["\(command.key.shellQuoted)) \(offer(.values(names))) ;;"]
        }
    }

    private var wordCases: String {
        lines(indent: 8) { command in
            if !command.subcommands.isEmpty {
                return ["\(command.key.shellQuoted)) \(offer(.values(command.subcommands.map(\.name)))) ;;"]
            }
            let offered = command.arguments.map(\.completion).filter { $0 != .nothing }
            guard !offered.isEmpty else { return [] }
            return ["\(command.key.shellQuoted)) \(offered.map(offer).joined(separator: "; ")) ;;"]
        }
    }

    private func offer(_ completion: Completion) -> String {
        switch completion {
        case .file: "\(function)_paths -f"
        case .directory: "\(function)_paths -d"
        case .values(let values): "\(function)_words " + values.map(\.shellQuoted).joined(separator: " ")
        case .automatic, .nothing: ":"
        }
    }

    private func lines(indent: Int, _ make: (CompletedCommand) -> [String]) -> String {
        let margin = String(repeating: " ", count: indent)
        return commands.flatMap(make).map { margin + $0 }.joined(separator: "\n")
    }
}
