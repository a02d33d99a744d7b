import Foundation
import TestSupport
import Testing

/// Whole command lines of the built program, with all that they print.
///
/// With `UPDATE_TRANSCRIPTS=1` in the environment, blocks that differ are rewritten: look at the difference before it
/// is committed.
struct TranscriptTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Transcripts")

    static let names: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".txt") }.sorted()
    }()

    @Test func thereAreTranscripts() { #expect(!Self.names.isEmpty) }

    @Test(arguments: names)
    func transcript(name: String) throws {
        let file = Self.folder.appendingPathComponent(name)
        let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        let transcript = Transcript(text)
        if transcript.options("releases").isEmpty {
            try Self.run(transcript, name, file, updates: true)
        } else {
            for release in RunningSandbox.releases {
                try Self.run(Transcript(text, on: release), "\(name) on \(release)", file, updates: false)
            }
        }
    }

    /// Runs a transcript; where it may be updated and was asked to be, it is written anew.
    private static func run(_ given: Transcript, _ name: String, _ file: URL, updates: Bool) throws {
        var transcript = given
        let stage = try TranscriptStage(for: transcript)
        var isDifferent = false
        for (index, block) in transcript.blocks.enumerated() {
            let outcome = try stage.run(block.command)
            let lines = outcome.stdout.components(separatedBy: "\n").withoutEmptyEnd
            let expected = block.expected.map(stage.filled)
            if outcome.status == block.exitCode, TranscriptPattern.matches(lines[...], expected[...]) { continue }
            isDifferent = true
            transcript.blocks[index].expected = lines.map(stage.emptied)
            transcript.blocks[index].exitCode = outcome.status
            let status = outcome.timedOut ? "did not end in time" : "exit \(outcome.status)"
            Issue.record(
                """
                $ \(block.command)
                printed, with \(status):
                \(lines.joined(separator: "\n"))
                in place of, with exit \(block.exitCode):
                \(expected.joined(separator: "\n"))
                """,
                sourceLocation: SourceLocation(
                    fileID: "DojotDeviceTests/\(name)", filePath: file.path, line: block.line, column: 1))
        }
        if isDifferent, updates, ProcessInfo.processInfo.environment["UPDATE_TRANSCRIPTS"] == "1" {
            try Data(transcript.text.utf8).write(to: file)
        }
    }
}
