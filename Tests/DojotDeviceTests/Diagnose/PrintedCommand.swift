import CommandLineKit
import Foundation
import TestSupport

@testable import DojotDevice

/// A fix or a hint as it was printed, and the command in it.
///
/// A command is all of the text, or what follows a colon at its end. A text without a command is a sentence for people.
struct PrintedCommand {
    private static let programs = [
        "dojot-device", "dojot-sandbox", "sudo", "curl", "getent", "nc", "openssl", "date", "chmod", "chown", "(umask",
        "apt-get", "export", "ip", "ls", "mv", "rm", "setfacl", "jq", "ulimit",
    ]

    let text: String
    let command: String?

    init(_ text: String) {
        self.text = text
        let parts = text.split(separator: ": ", omittingEmptySubsequences: false).map(String.init)
        let tails = parts.indices.map { parts[$0...].joined(separator: ": ") }
        command = tails.first { tail in Self.programs.contains { tail == $0 || tail.hasPrefix("\($0) ") } }
    }

    /// Why the text does not work when it is pasted; nil where it does.
    ///
    /// - Parameter folder: an empty one, for a program of this one's name that prints its arguments.
    func problem(in folder: TemporaryFolder) throws -> String? {
        let sentence = command.map { String(text.dropLast($0.count)) } ?? text
        if let match = sentence.firstMatch(of: /\b(FILE|HOST|DEVICE|TENANT)\b| --?[a-z-]+ [A-Z]+\b/) {
            return "a placeholder: \(match.output.0)"
        }
        if let match = sentence.firstMatch(of: /dojot-device|--help/) { return "a part of a command: \(match.output)" }
        guard let command else { return nil }
        if command.contains("--help") { return "--help does not fix anything" }
        let parsed = try Child.run("/bin/sh", ["-n", "-c", command])
        if parsed.status != 0 { return "not of the shell's grammar: \(parsed.stderr)" }
        for stage in command.components(separatedBy: " | ") where stage.contains("dojot-device ") {
            if let problem = try usageProblem(of: stage, in: folder) { return problem }
        }
        return nil
    }

    /// Has the shell take the words of a command of ours apart, and the program's own parser read them.
    private func usageProblem(of command: String, in folder: TemporaryFolder) throws -> String? {
        if !FileManager.default.fileExists(atPath: folder.path("dojot-device")) {
            // By a child: a file that is open for writing here cannot be run by another test's fork of that moment (ETXTBSY).
            let script = "cat >dojot-device && chmod 755 dojot-device"
            let text = "#!/bin/sh\nprintf '%s\\0' \"$@\" >\"$ARGUMENTS\"\n"
            _ = try Child.run(
                "/bin/sh", ["-c", "printf '%s' \"$TEXT\" | { \(script); }"], environment: ["TEXT": text],
                in: folder.path)
        }
        let file = folder.path("arguments")
        unlink(file)
        let outcome = try Child.run(
            "/bin/sh", ["-c", command],
            environment: [
                "PATH": "\(folder.path):/usr/bin:/bin", "ARGUMENTS": file, "DOJOT_GATEWAY": "http://localhost:8000",
            ], in: folder.path)
        guard outcome.status == 0, let content = FileManager.default.contents(atPath: file) else {
            return "the shell does not run it: \(outcome)"
        }
        let words = content.split(separator: 0, omittingEmptySubsequences: false).dropLast()
            .map { String(decoding: $0, as: UTF8.self) }
        switch CommandLineParser(root: DojotDevice.self, environment: [:]).parse(words) {
        case .run: return nil
        case .usage(let error, _): return "a usage error: \(error.message)"
        default: return "no command that does something"
        }
    }
}
