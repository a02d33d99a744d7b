import Foundation

/// The README, whose examples and transcripts tests compare with what the programs do.
public enum Readme {
    /// A command line that is shown, and the lines that it prints there.
    public struct Command: Sendable {
        public let line: String
        public let output: [String]

        public init(line: String, output: [String]) { (self.line, self.output) = (line, output) }
    }

    /// The text under a heading, up to the next one.
    public static func section(_ heading: String) throws -> String {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("README.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        guard let start = text.range(of: "\n### \(heading)\n") else {
            throw SupportError("the README has no heading '\(heading)'")
        }
        let rest = text[start.upperBound...]
        return String(rest[..<(rest.range(of: "\n##")?.lowerBound ?? rest.endIndex)])
    }

    /// The blocks of code under a heading, each as its lines.
    public static func blocks(under heading: String) throws -> [[String]] {
        var blocks: [[String]] = []
        var isInside = false
        for line in try section(heading).components(separatedBy: "\n") {
            if line.hasPrefix("```") {
                if !isInside { blocks.append([]) }
                isInside.toggle()
            } else if isInside {
                blocks[blocks.count - 1].append(line)
            }
        }
        return blocks
    }

    /// The command lines under a heading: what begins with `$ `, with the lines that go on behind a backslash.
    public static func commands(under heading: String) throws -> [Command] {
        var commands: [Command] = []
        for block in try blocks(under: heading) {
            var (line, output): (String?, [String]) = (nil, [])
            func flush() {
                if let line { commands.append(Command(line: line, output: output)) }
            }
            for text in block {
                if text.hasPrefix("$ ") {
                    flush()
                    (line, output) = (String(text.dropFirst(2)), [])
                } else if output.isEmpty, let begun = line, begun.hasSuffix("\\") {
                    line = String(begun.dropLast()) + String(text.drop { $0 == " " })
                } else {
                    output.append(text)
                }
            }
            flush()
        }
        return commands
    }
}
