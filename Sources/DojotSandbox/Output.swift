import CommandLineKit
import Glibc
import Sandbox

/// What the program prints: results on standard output, everything else on standard error.
enum Output {
    /// Prints one line of what was asked for.
    static func result(_ line: String) { write(line.printable + "\n", to: STDOUT_FILENO) }

    /// Prints one line about what happens; what a client or mosquitto says in it cannot steer the terminal.
    static func note(_ line: String) { write(line.printable + "\n", to: STDERR_FILENO) }

    /// Writes all of `text`.
    ///
    /// - Returns: whether it was written, with `errno` set where it was not; a reader that went away (EPIPE) is no failure.
    @discardableResult
    static func write(_ text: String, to descriptor: Int32) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            if count < 0 { return errno == EPIPE }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// The error of a write to standard output that failed, by `errno`.
    static var failure: SandboxError {
        SandboxError(.file, "cannot write to standard output: \(String(cString: strerror(errno)).lowercased())")
    }
}
