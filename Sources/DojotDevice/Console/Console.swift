import CommandLineKit
import Glibc

// The rules of what this program prints:
// - Results go to standard output; everything else goes to standard error.
// - A message is in lower case with no full stop: "dojot-device: error: cannot reach localhost:8883".
// - Where there is a way out, a line "hint: …" follows, with a command to run.
// - Names, paths and what a server says may hold anything: what steers a terminal is shown as bytes (`printable`), by the
//   functions below and not by those who call them.
// - Progress and prompts only where standard error is a terminal; colours in results only where standard output is one, and
//   NO_COLOR is obeyed.

/// The terminal, or what stands in its place.
enum Console {
    static let programName = "dojot-device"

    /// Whether errors and warnings are suppressed (`--quiet`).
    // nonisolated(unsafe): publish and subscribe set it on the main thread, first of all, before they start a thread or print.
    nonisolated(unsafe) static var isQuiet = false

    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// The columns that help is wrapped to: the terminal's, between 60 and 100, else 80.
    static var helpWidth: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return min(max(Int(size.ws_col), 60), 100)
    }

    /// Prints one line of what was asked for.
    static func result(_ line: String) { write(line.printable + "\n", to: STDOUT_FILENO) }

    /// Prints a table of what was asked for.
    static func result(_ table: TextTable) { write(table.lines.map { $0 + "\n" }.joined(), to: STDOUT_FILENO) }

    /// Prints one line of what was asked for that has colours in it: all else in it is `printable` already.
    static func result(painted line: String) { write(line + "\n", to: STDOUT_FILENO) }

    /// Prints one line about what is being done.
    static func note(_ line: String) { write(line.printable + "\n", to: STDERR_FILENO) }

    static func warning(_ message: String, hint: String? = nil) {
        guard !isQuiet else { return }
        note("\(programName): warning: \(message)")
        if let hint { note("hint: \(hint)") }
    }

    static func error(_ failure: Failure) {
        guard !isQuiet else { return }
        note("\(programName): error: \(failure.message)")
        if let hint = failure.hint { note("hint: \(hint)") }
    }

    /// Writes all of `text`. A failed write to standard output decides the exit code, see `StandardOutput`.
    static func write(_ text: String, to descriptor: Int32) {
        let error = Array(text.utf8).withUnsafeBytes { StandardOutput.writeAll($0, to: descriptor) }
        if descriptor == STDOUT_FILENO { StandardOutput.record(error) }
    }
}
