import Foundation
import TestSupport

/// Python's own readers, which know nothing of who wrote what they read.
enum PythonReader {
    /// Runs a script with arguments, and gives what it prints.
    ///
    /// - Throws: `SupportError` with what it said where it failed.
    static func run(_ script: String, _ arguments: [String] = [], input: [UInt8] = []) throws -> String {
        guard let python = Programs.installed("python3") else { throw SupportError("there is no python3") }
        let outcome = try Child.run(python, ["-c", script] + arguments, input: input)
        guard outcome.status == 0 else { throw SupportError(outcome.stderr) }
        return outcome.stdout.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
