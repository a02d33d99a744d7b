import Foundation
import TestSupport
import Testing

/// A server that puts into its answers what a terminal obeys.
@Suite("hostile servers")
struct HostileServerTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let arguments: String
        let answers: [ScriptedServer.Answer]
        var testDescription: String { arguments }
    }

    private static let text = HostileText.json
    private static let attributes =
        #"{"1": [{"label": \#(text), "type": \#(text), "value_type": \#(text), "static_value": {"a": \#(text)}}]}"#
    private static let device =
        #"{"id": \#(text), "label": \#(text), "created": \#(text), "templates": [1], "attrs": \#(attributes)}"#
    private static let samples = #"[{"attr": \#(text), "ts": \#(text), "value": \#(text)}]"#
    private static let login = ScriptedServer.Answer.json(
        #"{"jwt": "\#(HostileText.token(username: HostileText.words))"}"#)

    static let rows: [Row] = [
        Row(
            arguments: "device list --gateway URL",
            answers: [.json(#"{"pagination": {"has_next": false}, "devices": [\#(device)]}"#)]),
        Row(
            arguments: "device list --json --gateway URL",
            answers: [.json(#"{"pagination": {"has_next": false}, "devices": [\#(device)]}"#)]),
        Row(arguments: "device show f60c28 --gateway URL", answers: [.json(device)]),
        Row(arguments: "device show f60c28 --json --gateway URL", answers: [.json(device)]),
        Row(arguments: "device delete f60c28 --yes --gateway URL", answers: [.json(device), .json("{}")]),
        Row(arguments: "device history f60c28 --gateway URL", answers: [.json(#"{"t": \#(samples)}"#)]),
        Row(arguments: "device history f60c28 --json --gateway URL", answers: [.json(samples)]),
        Row(
            arguments: "device create thing --attr t:float --gateway URL",
            answers: [.json(#"{"template": {"id": 1}}"#), .json(#"{"devices": [{"id": \#(text)}]}"#)]),
        Row(arguments: "login URL", answers: [login]),
        Row(arguments: "login URL --json", answers: [login]),
        Row(
            arguments: "retrieve-cert URL f60c28 NoCA --platform ejbca",
            answers: [
                login, .json(#"{"message": "soap message: CA with name NoCA does not exist."}"#, status: 400),
                .json(#"{"CAs": [{"id": 1, "name": \#(text)}]}"#),
            ]),
        Row(
            arguments: "retrieve-cert URL f60c28 --platform ejbca",
            answers: [login, .json(#"{"certificate": \#(text)}"#)]),
        Row(
            arguments: "retrieve-cert URL f60c28 --platform x509",
            answers: [login, .json(#"{"caPem": \#(text)}"#)]),
        Row(arguments: "device list --gateway URL", answers: [.raw("HTTP/1.1 302 \(HostileText.words)\r\n\r\n")]),
        Row(
            arguments: "device list --gateway URL",
            answers: [
                .raw("HTTP/1.1 302 Found\r\nLocation: http://x/\u{1B}[31m\u{9B}\u{202E}\r\nContent-Length: 0\r\n\r\n")
            ]),
        Row(arguments: "device list --gateway URL", answers: [.raw("\(HostileText.words)\r\n\r\n")]),
    ]

    /// Each status with the words in each of the shapes in which services and servers before them say no.
    static let refusals: [Row] = [400, 401, 403, 404, 405, 418, 500].flatMap { status in
        [
            ScriptedServer.Answer.json(#"{"message": \#(text)}"#, status: status),
            .json(#"{"error": \#(text)}"#, status: status),
            .json(#"{"schemaErrors": [{"dataPath": \#(text), "message": \#(text)}]}"#, status: status),
            .status(status, "<html><head><title>\(HostileText.words)</title></head></html>"),
            .status(status, HostileText.words),
        ].flatMap { answer in
            ["device show f60c28 --gateway URL", "retrieve-cert URL f60c28"].map {
                Row(arguments: $0, answers: [answer])
            }
        }
    }

    @Test("are shown harmlessly", arguments: rows + refusals)
    func shown(row: Row) throws {
        let server = try ScriptedServer(row.answers)
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let words = row.arguments.split(separator: " ").map { $0 == "URL" ? server.url("") : String($0) }
        let login = ["DOJOT_USERNAME": "ana", "DOJOT_PASSWORD": "a password"]
        let token = ["DOJOT_TOKEN": HostileText.token]
        let outcome = try Child.run(
            Programs.path("dojot-device"), words, environment: words[0] == "device" ? token : login, in: folder.path)
        #expect(!server.requests.isEmpty)
        #expect(!(outcome.stdout + outcome.stderr).isEmpty)
        for stream in [outcome.stdout, outcome.stderr] {
            #expect(TerminalControls.found(in: stream).isEmpty, "\(stream.debugDescription)")
            #expect(
                !stream.hasPrefix("dojot-device: error: forged") && !stream.contains("\ndojot-device: error: forged"))
        }
        if words.contains("--json") { _ = try JSONSerialization.jsonObject(with: Data(outcome.stdout.utf8)) }
    }

    @Test("are quoted harmlessly in a question on a terminal")
    func asked() throws {
        let server = try ScriptedServer([.json(Self.device)])
        defer { server.stop() }
        let terminal = try PseudoTerminal(
            Programs.path("dojot-device"), ["device", "delete", "f60c28", "--gateway", server.url("")],
            environment: ["DOJOT_TOKEN": HostileText.token])
        #expect(terminal.waitFor("[y/N]"), "\(terminal.screen)")
        terminal.type("n\n")
        #expect(terminal.wait() == 1)
        let screen = terminal.screen.replacingOccurrences(of: "\r\n", with: "\n")
        #expect(TerminalControls.found(in: screen).isEmpty, "\(screen.debugDescription)")
        #expect(screen.contains("nothing was deleted"))
    }
}
