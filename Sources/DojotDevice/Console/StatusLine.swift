import CommandLineKit
import Glibc

/// One line at the bottom of the terminal that is written again and again; nothing where standard error is none.
///
/// Whoever prints something else while it shows clears it first.
struct StatusLine {
    private let isShowable = Console.errorIsTerminal && Environment["TERM"] != "dumb"
    private var isShowing = false

    /// Whether there is a terminal to show it on.
    var isActive: Bool { isShowable }

    /// Shows `text` in place of what was there, cut to the terminal's width.
    mutating func show(_ text: String) {
        guard isShowable else { return }
        Console.write("\r" + StatusLine.fitted(text.printable, to: StatusLine.width) + "\u{1B}[K", to: STDERR_FILENO)
        isShowing = true
    }

    /// Takes it away; the cursor is at the start of an empty line then.
    mutating func clear() {
        guard isShowing else { return }
        Console.write("\r\u{1B}[K", to: STDERR_FILENO)
        isShowing = false
    }

    /// `text` in at most `width` - 1 characters, since a full line would wrap.
    static func fitted(_ text: String, to width: Int) -> String {
        text.count < width ? text : text.prefix(max(0, width - 4)) + "..."
    }

    /// The terminal's columns.
    static var width: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
