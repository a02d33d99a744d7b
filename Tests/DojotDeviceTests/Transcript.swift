import Foundation
import TestSupport

/// A file of command lines with what they print.
///
/// ```
/// # what this file shows, and options, one a line: # sandbox, # env NAME=value
/// $ dojot-device inspect nothing.crt
/// dojot-device: error: cannot read nothing.crt: {...}
/// [exit 66]
/// ```
/// - A block is a line that begins with `$ `, more lines of the command that begin with `> `, the lines it prints on
///   standard output and standard error, and `[exit N]` where its exit code is not 0. Empty lines at a block's end do
///   not count, nor does what begins with `# ` after an empty line: it says what the next blocks show.
/// - Lines run through `sh -c`, in one temporary folder a file, with the built programs on `PATH`.
/// - `{...}` stands for any text in a line, `{...lines}` for any number of lines. `{DIR}` is the folder; with a sandbox
///   there are `{GATEWAY}` (its URL), `{GATEWAY_PORT}`, `{PORT}` (MQTT over TLS), `{UNSECURED_PORT}` and `{SANDBOX}` (its folder),
///   with `--https` `{HTTPS}` (the URL) and `{HTTPS_CA}` (a file).
/// - `# sandbox ARGUMENTS` starts a dojot-sandbox and sets its `DOJOT_USERNAME` and `DOJOT_PASSWORD`.
/// - `# releases` runs the file once for each release of dojot, with `--release` added to the sandbox's arguments. A line that
///   begins with releases in braces, such as `{0.4} ` or `{0.8 1.0} `, is part of the file on these releases only.
struct Transcript {
    struct Block {
        /// The number of the command's line in the file, from 1.
        var line: Int
        var command: String
        var expected: [String] = []
        var exitCode: Int32 = 0
        /// The lines of comment before it.
        var comment: [String] = []
    }

    /// The lines before the first block.
    private(set) var header: [String] = []
    var blocks: [Block] = []

    /// - Parameter release: the release of dojot that the file runs on; nil for a file that runs once.
    init(_ text: String, on release: String? = nil) {
        var comment: [String] = []
        for (index, written) in text.components(separatedBy: "\n").enumerated() {
            guard let line = Self.line(written, on: release) else { continue }
            if line.hasPrefix("$ ") {
                blocks.append(Block(line: index + 1, command: String(line.dropFirst(2)), comment: comment))
                comment = []
            } else if line.hasPrefix("# "), !blocks.isEmpty, !comment.isEmpty || blocks.last?.expected.last == "" {
                comment.append(line)
            } else if blocks.isEmpty {
                header.append(line)
            } else if line.hasPrefix("> "), blocks[blocks.count - 1].expected.isEmpty {
                blocks[blocks.count - 1].command += "\n" + line.dropFirst(2)
            } else if line.hasPrefix("[exit "), let code = Int32(line.dropFirst(6).dropLast()) {
                blocks[blocks.count - 1].exitCode = code
            } else {
                blocks[blocks.count - 1].expected.append(line)
            }
        }
        for index in blocks.indices { blocks[index].expected = blocks[index].expected.withoutEmptyEnd }
        if let release {
            header = header.map {
                $0.hasPrefix("# sandbox") ? $0 + " " + RunningSandbox.options(of: release).joined(separator: " ") : $0
            }
        }
    }

    /// The arguments of each `# name …` line of the header.
    func options(_ name: String) -> [String] {
        header.filter { $0 == "# \(name)" || $0.hasPrefix("# \(name) ") }.map { String($0.dropFirst(name.count + 3)) }
    }

    /// A line as it is on a release; nil for a line of other releases only.
    private static func line(_ line: String, on release: String?) -> String? {
        guard let release, line.hasPrefix("{"), let end = line.firstRange(of: "} ") else { return line }
        let names = line[..<end.lowerBound].dropFirst().split(separator: " ").map(String.init)
        guard !names.isEmpty, names.allSatisfy(RunningSandbox.releases.contains) else { return line }
        return names.contains(release) ? String(line[end.upperBound...]) : nil
    }

    /// The file's text.
    var text: String {
        let texts = blocks.map { block in
            let command = "$ " + block.command.replacingOccurrences(of: "\n", with: "\n> ")
            let exit = block.exitCode == 0 ? [] : ["[exit \(block.exitCode)]"]
            let comment = block.comment.isEmpty ? [] : block.comment + [""]
            return (comment + [command] + block.expected + exit).joined(separator: "\n") + "\n"
        }
        let header = header.withoutEmptyEnd
        return (header.isEmpty ? [] : [header.joined(separator: "\n") + "\n"] + texts).joined(separator: "\n")
    }
}

extension [String] {
    var withoutEmptyEnd: [String] {
        var lines = self
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }
}
