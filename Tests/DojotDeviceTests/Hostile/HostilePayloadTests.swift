import Foundation
import TestSupport
import Testing

/// What a device is told is shown harmlessly on a terminal, and handed on byte for byte in a pipe.
@Suite("hostile payloads")
struct HostilePayloadTests {
    private let peers: Peers
    init() throws { peers = Peers(try RunningBroker()) }

    /// No JSON, and no UTF-8 at its end.
    private static let bytes = Array("a\u{1B}[31m\u{7}\u{9B}2J\u{202E}b\rc\tdé".utf8) + [0x9B, 0xFF, 0xC3]
    /// JSON, in which an encoder leaves these as they are.
    private static let json = Array("{\"a\": \"\u{9B}31m\u{202E}\u{7F}é\", \"b\": [1.50]}".utf8)
    /// Control characters are no part of a topic (MQTT 3.1.1, section 1.5.3), direction marks may be.
    private static let topic = "/admin/f60c28\u{202E}/config"

    private func publish(_ payload: [UInt8], _ more: [String] = []) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(payload, to: "payload")
        try peers.mosquittoPub(["-t", Self.topic, "-r", "-q", "1", "-f", file] + more)
    }

    /// What a terminal shows of the one message.
    private func shown(_ arguments: [String]) throws -> String {
        let terminal = try PseudoTerminal(
            Programs.path("dojot-device"),
            ["subscribe", "config", "--quiet"] + peers.connection + ["-t", "/admin/#", "-C", "1", "-W", "10"]
                + arguments)
        #expect(terminal.wait(timeout: 30) == 0, "\(terminal.screen)")
        return terminal.screen.replacingOccurrences(of: "\r\n", with: "\n")
    }

    /// What a pipe gets of it.
    private func piped(_ arguments: [String]) throws -> [UInt8] {
        let outcome = try peers.subscribe(["-t", "/admin/#", "-C", "1", "-W", "10"] + arguments)
        #expect(outcome.status == 0, "\(outcome.stderr)")
        return outcome.standardOutput
    }

    @Test func bytesInAnyFormat() throws {
        try publish(Self.bytes)
        let harmless = #"a\1B[31m\07\C2\9B2J\E2\80\AEb\0Dc"# + "\tdé" + #"\9B\FF\C3"#
        let shownTopic = #"/admin/f60c28\E2\80\AE/config"#
        #expect(try shown([]) == harmless + "\n")
        #expect(try shown(["-v"]) == "\(shownTopic) \(harmless)\n")
        #expect(try shown(["-F", "%t|%p|%q"]) == "\(shownTopic)|\(harmless)|0\n")
        for arguments in [["-F", "%x"], ["-F", "%j"], ["-F", "%j", "--pretty"], ["--json"]] {
            let screen = try shown(arguments)
            #expect(TerminalControls.found(in: screen.filter { $0 != "\t" }).isEmpty, "\(screen.debugDescription)")
        }
        // What the user has in the format is the user's.
        #expect(try shown(["-F", "\\e[1m%p\\e[0m"]) == "\u{1B}[1m\(harmless)\u{1B}[0m\n")

        #expect(try piped([]) == Self.bytes + [10])
        #expect(try piped(["-N"]) == Self.bytes)
        #expect(try piped(["-v"]) == Array(Self.topic.utf8) + [32] + Self.bytes + [10])
        #expect(try piped(["-F", "%t|%p|%q"]) == Array(Self.topic.utf8) + [124] + Self.bytes + Array("|0\n".utf8))
    }

    @Test func jsonStaysTheSameJSON() throws {
        try publish(Self.json)
        let wanted = try JSONSerialization.jsonObject(with: Data(Self.json)) as? NSDictionary
        for arguments in [["--json"], ["-F", "%J"]] {
            let (screen, bytes) = (try shown(arguments), try piped(arguments))
            #expect(TerminalControls.found(in: screen).isEmpty, "\(screen.debugDescription)")
            for text in [Data(screen.utf8), Data(bytes)] {
                let object = try JSONSerialization.jsonObject(with: text) as? [String: Any]
                #expect(object?["payload"] as? NSDictionary == wanted)
                #expect(object?["topic"] as? String == Self.topic)
            }
        }
        // Letter for letter but for the white space.
        let compact = Array("\"payload\":{\"a\":\"\u{9B}31m\u{202E}\u{7F}é\",\"b\":[1.50]}".utf8)
        #expect(try piped(["--json"]).firstRange(of: compact) != nil)
        #expect(try piped([]) == Self.json + [10])
    }

    @Test func propertiesToo() throws {
        let words = "k\u{202E}"
        try publish(
            Array("x".utf8),
            ["-V", "5", "-D", "publish", "content-type", words, "-D", "publish", "user-property", words, words]
                + ["-D", "publish", "response-topic", words])
        for format in ["%C", "%P", "%R", "%10C", "%j"] {
            let screen = try shown(["-V", "5", "-F", format])
            #expect(TerminalControls.found(in: screen).isEmpty, "\(format): \(screen.debugDescription)")
            #expect(try piped(["-V", "5", "-F", format]).firstRange(of: Array(words.utf8)) != nil)
        }
    }
}
