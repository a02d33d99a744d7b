import CommandLineKit
import Glibc

/// Some lines at the bottom of the terminal that are written again and again; nothing where standard error is none.
///
/// Whoever prints something else while they show clears them first.
struct StatusBlock {
    private let isShowable = Console.errorIsTerminal && Environment["TERM"] != "dumb"
    private var shown = 0

    /// Whether there is a terminal to show them on.
    var isActive: Bool { isShowable }

    /// Shows the lines in place of what was there, each cut to the terminal's width.
    mutating func show(_ lines: [String]) {
        guard isShowable else { return }
        let width = StatusLine.width
        let text = lines.map { StatusLine.fitted($0.printable, to: width) + "\u{1B}[K\n" }.joined()
        Console.write(beginning + text + "\u{1B}[J", to: STDERR_FILENO)
        shown = lines.count
    }

    /// Takes them away; the cursor is at the start of an empty line then.
    mutating func clear() {
        guard shown > 0 else { return }
        Console.write(beginning + "\u{1B}[J", to: STDERR_FILENO)
        shown = 0
    }

    /// Back to the first of the lines that show.
    private var beginning: String { shown > 0 ? "\r\u{1B}[\(shown)A" : "\r" }
}
