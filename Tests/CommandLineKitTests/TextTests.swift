import CommandLineKit
import TestSupport
import Testing

/// Text from outside, on a terminal and in a command to be copied.
struct TextTests {
    static let texts = [
        "", "plain-1.0_/:@%+,=", "two words", "it's", "a\nb", "tab\there", "\u{1B}[31mred", "\u{7F}", "\u{85}\u{9B}2J",
        "\u{202E}gnp.exe", "\u{200B}", "\u{2028}\u{2029}", "é ü 日本", "$(touch x) `touch x`; touch x & \"", "\\n \\",
        "*?[a]~#!",
        "'\u{1B}'\\'\u{1B}1",
    ]

    @Test("what steers a terminal is shown as bytes, all else as it is", arguments: texts)
    func printable(text: String) {
        #expect(TerminalControls.found(in: text.printable).isEmpty && !text.printable.contains("\n"))
        if TerminalControls.found(in: text).isEmpty && !text.contains("\n") { #expect(text.printable == text) }
    }

    @Test func theBytesAreTold() {
        #expect("a\u{1B}[2J\u{9B}\u{202E}\n".printable == "a\\1B[2J\\C2\\9B\\E2\\80\\AE\\0A")
    }

    @Test("a shell takes the word for the text, and nothing in it steers the terminal", arguments: texts)
    func shellWord(text: String) throws {
        #expect(TerminalControls.found(in: text.shellWord).isEmpty && !text.shellWord.contains("\n"))
        let outcome = try Child.run("/bin/bash", ["-c", "printf '<%s>' \(text.shellWord)"])
        #expect(outcome.stdout == "<\(text)>", "\(text.shellWord)")
    }
}
