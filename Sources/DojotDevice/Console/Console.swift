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

    /// Whether errors and warnings are kept to themselves (`--quiet`). Set by a command before it prints, from the only thread that prints.
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

    /// Writes all of `text`; a reader that went away is no error of ours (SIGPIPE is ignored, see main).
    static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                return
            }
            bytes = bytes.dropFirst(count)
        }
    }
}
