import CommandLineKit
import Foundation
import TestSupport
import Testing

/// Completion scripts, asked by the shells that they are made for.
struct CompletionTests {
    static let lines: [(String, [String])] = [
        ("boiler ", ["heat", "report", "help"]),
        ("boiler he", ["heat", "help"]),
        ("boiler --ver", ["--version"]),
        ("boiler help rep", ["report"]),
        ("boiler report ", ["daily"]),
        ("boiler heat --o", ["--overwrite"]),
        ("boiler heat --fuel ", ["gas", "oil", "wood"]),
        ("boiler heat --fuel=o", ["oil"]),
        ("boiler heat f60c28 --overwrite --fuel w", ["wood"]),
        ("boiler heat --manual man", ["manual one.txt", "manual two.txt"]),
        ("boiler heat --logs lo", ["logs"]),
        ("boiler report daily --l", ["--level"]),
        ("boiler report daily --h", ["--host", "--help"]),
        ("boiler heat f60c28 60 te", ["tea"]),
        ("boiler heat --burners ", []),
    ]

    @Test(.enabled(if: Programs.installed("bash") != nil, "bash is not installed"), arguments: lines)
    func bash(line: String, expected: [String]) throws {
        let folder = try samples(for: "bash")
        let check = try Child.run("/bin/bash", ["-n", folder.path("script")])
        #expect(check.status == 0 && check.stderr.isEmpty)
        // bash divides words at the equals sign too.
        let spaced = line.replacingOccurrences(of: "=", with: " = ")
        var words = spaced.split(separator: " ").map(String.init)
        if line.hasSuffix(" ") { words.append("") }
        let program = """
            source ./script
            COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
            _boiler boiler "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
            if (( ${#COMPREPLY[@]} )); then printf '%s\\n' "${COMPREPLY[@]}"; fi
            """
        let outcome = try Child.run("/bin/bash", ["-euc", program, "bash"] + words, in: folder.path)
        #expect(outcome.status == 0 && outcome.stderr.isEmpty)
        #expect(outcome.stdout.split(separator: "\n").map(String.init).sorted() == expected.sorted())
    }

    @Test(.enabled(if: Programs.installed("fish") != nil, "fish is not installed"), arguments: lines)
    func fish(line: String, expected: [String]) throws {
        let folder = try samples(for: "fish")
        let program = Programs.installed("fish") ?? ""
        let check = try Child.run(program, ["--no-execute", folder.path("script")])
        #expect(check.status == 0 && check.stderr.isEmpty)
        let outcome = try Child.run(
            program, ["--no-config", "-c", "source script; complete -C $argv[1]", "--", line],
            environment: ["HOME": folder.path], in: folder.path)
        #expect(outcome.status == 0 && outcome.stderr.isEmpty)
        // A line is the word, with what its option's value follows in front, a tab and what it means.
        let words = outcome.stdout.split(separator: "\n").map { line in
            line.prefix { $0 != "\t" }.split(separator: "=").last.map(String.init) ?? ""
        }
        let plain = words.map { $0.replacingOccurrences(of: "\\ ", with: " ").trimmingSuffix("/") }
        #expect(plain.sorted() == expected.sorted())
    }

    @Test(.enabled(if: Programs.installed("zsh") != nil, "zsh is not installed"), arguments: lines)
    func zsh(line: String, expected: [String]) throws {
        let folder = try samples(for: "zsh")
        let program = Programs.installed("zsh") ?? ""
        let check = try Child.run(program, ["-n", folder.path("script")])
        #expect(check.status == 0 && check.stderr.isEmpty)
        try folder.write(Self.zshHarness, to: "harness")
        let outcome = try Child.run(
            program, ["-f", "harness", line], environment: ["HOME": folder.path, "TERM": "dumb"], in: folder.path,
            timeout: 20)
        let words = outcome.stdout.split(separator: "\n").map { line in
            line.replacingOccurrences(of: "\\ ", with: " ").trimmingSuffix("=")
        }
        #expect(Set(words) == Set(expected), "\(outcome.stdout)\(outcome.stderr)")
    }

    /// Types a line and a tab into an interactive zsh, and prints the words that completion adds.
    private static let zshHarness = #"""
        zmodload zsh/zpty
        zpty inner zsh -f -i
        zpty -w inner 'PROMPT=; autoload -Uz compinit; compinit -u -D; source ./script'
        zpty -w inner 'compadd() {
          if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return $?; fi
          local -a hits; builtin compadd -A hits "$@"; local hit
          for hit in $hits; do print -r -- "$hit" >> found; done; builtin compadd "$@" }'
        zpty -w inner 'finish() { : > done }; comppostfuncs=(finish); bindkey "^I" complete-word; : > ready'
        for i in {1..200}; do [[ -e ready ]] && break; sleep 0.05; done
        zpty -n -w inner "$1"$'\t'
        for i in {1..200}; do [[ -e done ]] && break; sleep 0.05; done
        zpty -d inner
        [[ -e done ]] || { print -u2 'no completion was made'; exit 1 }
        [[ -e found ]] && cat found
        exit 0
        """#

    /// A folder with the shell's script and some files to complete.
    private func samples(for shell: String) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        guard
            case .completionScript(let script) = CommandLineParser(root: Boiler.self, environment: [:]).parse([
                "--generate-completion-script", shell,
            ])
        else {
            Issue.record("no script")
            return folder
        }
        try folder.write(script, to: "script")
        for name in ["manual one.txt", "manual two.txt", "other.txt"] { try folder.write("", to: name) }
        try FileManager.default.createDirectory(atPath: folder.path("logs"), withIntermediateDirectories: false)
        try folder.write("", to: "loose")
        return folder
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
    }
}
