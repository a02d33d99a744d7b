import Testing

@testable import CommandLineKit

/// Words of a command line that are not UTF-8.
@Suite("undecodable bytes") struct UndecodableBytesTests {
    static let rows: [[UInt8]] = [
        [], Array("plain".utf8), Array("ä€😀\u{10FFFD}\u{FFFD}".utf8), [0xE3], Array("S\u{0}".utf8) + [0xE3, 0x6F],
        [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xFF, 0xFE, 0x41],
        [0x80, 0xC3, 0xA4, 0x80],
        // U+10FF80 itself, whose scalar is reserved.
        [0xF4, 0x8F, 0xBE, 0x80],
    ]

    @Test("no byte is lost", arguments: rows)
    func roundTrip(bytes: [UInt8]) {
        #expect(String(preservingBytes: bytes).argumentBytes == bytes)
    }

    @Test("text without such bytes stays the same text")
    func text() {
        let text = "ä€😀 S\u{FFFD}o"
        #expect(String(preservingBytes: text.utf8) == text)
        #expect(!String(preservingBytes: text.utf8).hasUndecodableBytes)
        #expect(String(preservingBytes: [0x53, 0xE3, 0x6F]).hasUndecodableBytes)
    }

    @Test("a byte is shown as its number, and quoted for the shell")
    func shown() {
        let text = String(preservingBytes: [0x53, 0xE3, 0x6F])
        #expect(text.printable == "S\\E3o")
        #expect(text.shellWord == "$'S\\xe3o'")
    }

    private struct Greet: Command {
        static let configuration = CommandConfiguration(name: "greet", abstract: "Greets.")
        @Option(.short("m"), help: "Bytes.") var message: ArgumentBytes?
        @Option(.long("name"), help: "Text.") var name: String?
        @Option(.long("more"), help: "Texts.") var more: [String] = []
        @Argument(help: "Text.") var word: String?
        func run() {}
    }

    @Test("an option for bytes accepts them, every other value refuses them")
    func parsing() throws {
        let parser = CommandLineParser(root: Greet.self, environment: [:])
        let word = String(preservingBytes: [0x53, 0xE3, 0x6F])
        guard case .run(let command) = parser.parse(["-m", word]), let greet = command as? Greet else {
            Issue.record("not parsed")
            return
        }
        #expect(greet.message?.bytes == [0x53, 0xE3, 0x6F])
        for words in [["--name", word], ["--name=" + word], ["--more", "a", "--more", word], [word]] {
            guard case .usage(let error, _) = parser.parse(words) else {
                Issue.record("accepted: \(words)")
                continue
            }
            #expect(error.message.printable.contains("'S\\E3o' is not UTF-8"), "\(error)")
        }
    }
}
