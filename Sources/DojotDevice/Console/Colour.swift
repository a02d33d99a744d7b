import CommandLineKit
import Glibc

/// Colours by what they mean, in results: only where standard output is a terminal, and NO_COLOR is obeyed
/// (https://no-color.org).
enum Colour: String {
    case good = "32"
    case warning = "33"
    case bad = "31"

    /// Whether results are coloured at all.
    static let isOn = isatty(STDOUT_FILENO) == 1 && Environment["NO_COLOR"] == nil && Environment["TERM"] != "dumb"

    /// The text in this colour, by the terminal's own palette (ECMA-48, section 8.3.117), and fit to be shown.
    func paint(_ text: String) -> String {
        Colour.isOn ? "\u{1B}[\(rawValue)m\(text.printable)\u{1B}[0m" : text.printable
    }
}
