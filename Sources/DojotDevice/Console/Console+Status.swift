import CommandLineKit
import Glibc

extension Console {
    /// Shows on a terminal that something takes its time, and for how long already, until it is done.
    ///
    /// Nothing is shown of what takes less than a second, nor where standard error is no terminal.
    static func status(_ what: String, until isDone: () -> Bool) {
        guard errorIsTerminal else { return }
        var tenths = 0
        while !isDone() {
            usleep(100_000)
            tenths += 1
            if tenths >= 10 { write("\r\(what.printable): \(tenths / 10) s", to: STDERR_FILENO) }
        }
        if tenths >= 10 { write("\r\u{1B}[K", to: STDERR_FILENO) }
    }
}
