import Foundation
import TestSupport
import Testing

/// `simulate` as its user sees it, against a sandbox.
@Suite(.serialized)
final class SimulateTests {
    private let sandbox: RunningSandbox
    private let folder: TemporaryFolder
    private let program = Programs.path("dojot-device")

    /// A sandbox with one device, which has its certificate.
    init() throws {
        sandbox = try RunningSandbox.start()
        folder = try TemporaryFolder()
        let retrieval = try Child.run(
            program, ["retrieve-cert", sandbox.ready.gateway, "f60c28", "--broker", sandbox.ready.mqtts],
            environment: sandbox.credentials, in: folder.path)
        try #require(retrieval.status == 0, "\(retrieval.stderr)")
    }

    private func run(_ arguments: [String]) throws -> Outcome {
        try Child.run(program, ["simulate", "f60c28"] + arguments, in: folder.path, timeout: 30)
    }

    private func start(_ arguments: [String]) throws -> Child {
        try Child.start(program, ["simulate", "f60c28"] + arguments, in: folder.path)
    }

    private func actuate(_ attributes: String) throws {
        let token = try sandbox.logIn()
        let answer = try sandbox.request(
            "PUT", "/device/f60c28/actuate", json: #"{"attrs": \#(attributes)}"#, token: token)
        try #require(answer.status == 200, "\(answer.body)")
    }

    /// The values of an attribute that the platform has, oldest first.
    private func history(_ attribute: String) throws -> [String] {
        struct Sample: Decodable { let value: Double }
        let answer = try sandbox.request(
            "GET", "/history/device/f60c28/history?attr=\(attribute)&firstN=100", token: try sandbox.logIn())
        try #require(answer.status == 200, "\(answer.body)")
        return try JSONDecoder().decode([Sample].self, from: Data(answer.body.utf8)).map { "\($0.value)" }
    }

    private struct Event: Decodable, Equatable {
        let event: String
        let payload: [String: Double]?
        let published: Int?
        let acknowledged: Int?
        let received: Int?
    }

    private func events(_ text: String) throws -> [Event] {
        try text.split(separator: "\n").map { try JSONDecoder().decode(Event.self, from: Data($0.utf8)) }
    }

    @Test func whatItPublishesIsInTheHistory() throws {
        let outcome = try run(["--every", "50ms", "--count", "4", "--verbose", "n=counter", "x=7..7"])
        #expect(outcome.status == 0)
        #expect(outcome.stdout == "")
        let lines = outcome.stderr.split(separator: "\n")
        #expect(lines.first == "f60c28 is connected to \(sandbox.ready.mqtts), publishing every 50 ms; Ctrl-C ends it")
        #expect(lines.dropFirst().dropLast() == (1...4).map { #"published {"n":\#($0),"x":7}"# }[...])
        #expect(lines.last?.hasPrefix("4 published, 4 acknowledged, 0 received in ") == true)
        #expect(try history("n") == ["1.0", "2.0", "3.0", "4.0"])
    }

    @Test func theSameSeedSaysTheSame() throws {
        let arguments = ["--every", "10ms", "--count", "5", "--json", "t=20..3000", "l=20~3000"]
        let payloads = { (seed: String) in
            try self.events(self.run(arguments + ["--seed", seed]).stdout).compactMap(\.payload)
        }
        let first = try payloads("42")
        #expect(first.count == 5)
        #expect(try payloads("42") == first)
        #expect(try payloads("43") != first)
    }

    @Test func whatComesOnConfigIsPrintedAndEchoed() throws {
        let child = try start(["--echo", "--verbose"])
        try #require(child.waitFor(error: "listening"))
        try actuate(#"{"interval": 21}"#)
        #expect(child.readLine() == #"{"interval":21}"#)
        #expect(child.waitFor(error: #"echoed {"interval":21}"#))
        child.signal(SIGTERM)
        let outcome = child.wait(timeout: 10)
        #expect(outcome.status == 0)
        #expect(outcome.stderr.contains("0 published, 1 echoed, 1 acknowledged, 1 received in "))
        // The actuation is in the history too.
        #expect(try history("interval") == ["21.0", "21.0"])
    }

    @Test func everythingIsAnEventInJSON() throws {
        let child = try start(["--every", "20s", "--json", "x=5"])
        var lines = [try #require(child.readLine()), try #require(child.readLine())]
        try actuate(#"{"interval": 3}"#)
        lines.append(try #require(child.readLine()))
        child.signal(SIGINT)
        let outcome = child.wait(timeout: 10)
        #expect(outcome.status == 0)
        #expect(outcome.stderr == "")
        let events = try events(outcome.stdout)
        #expect(lines == outcome.stdout.split(separator: "\n").dropLast().map(String.init))
        #expect(events.map(\.event) == ["connected", "published", "received", "ended"])
        #expect(events[1].payload == ["x": 5])
        #expect(events[2].payload == ["interval": 3])
        #expect((events[3].published, events[3].acknowledged, events[3].received) == (1, 1, 1))
    }

    @Test func endsByItselfAfterItsTime() throws {
        let outcome = try run(["--every", "100ms", "--duration", "450ms", "--qos", "0", "n=counter"])
        #expect(outcome.status == 0)
        #expect(outcome.stderr.contains("5 published, 0 received in "))
        #expect(try history("n").count == 5)
    }

    @Test func comesBackWhenItsConnectionIsTaken() throws {
        let child = try start(["--every", "50ms", "--verbose", "n=counter"])
        try #require(child.waitFor(error: #"{"n":2}"#))
        // A second client with the same identifier makes the broker close the first one's connection.
        let files = ["--cafile", "certs/IOTmidCA.crt", "--cert", "certs/f60c28.crt", "--key", "certs/f60c28.key"]
        let thief = try Child.run(
            "/usr/bin/mosquitto_pub",
            ["-h", "localhost", "-p", "\(sandbox.port)", "-i", "admin:f60c28", "-t", "/admin/f60c28/attrs", "-m", "{}"]
                + files, in: folder.path)
        try #require(thief.status == 0, "\(thief.stderr)")
        #expect(child.waitFor(error: "warning: "))
        #expect(child.waitFor(error: "connected to \(sandbox.ready.mqtts) again"))
        try actuate(#"{"interval": 1}"#)
        #expect(child.readLine() == #"{"interval":1}"#)
        child.signal(SIGINT)
        #expect(child.wait(timeout: 10).status == 0)
        // What was published before and after is there, in order, with nothing lost that was acknowledged.
        let counted = try history("n").compactMap(Double.init)
        #expect(counted == counted.sorted())
    }

    @Test func showsItsStateOnATerminal() throws {
        let terminal = try PseudoTerminal(
            program, ["simulate", "f60c28", "--every", "200ms", "--seed", "1", "temperature=20..30", "text=\(long)"],
            in: folder.path, columns: 70)
        #expect(terminal.waitFor("\rf60c28: 2 published, 0 received; next in 1 s; {\"temperature\""))
        try actuate(#"{"interval": 1}"#)
        // The line is taken away before a result is printed.
        #expect(terminal.waitFor("\r\u{1B}[K{\"interval\":1}\r\n"))
        terminal.type("\u{3}")
        #expect(terminal.wait(timeout: 10) == 0)
        let screen = terminal.screen
        #expect(screen.contains(" acknowledged, 1 received in "))
        let states = screen.components(separatedBy: "\r").filter { $0.hasPrefix("f60c28: ") }
        #expect(states.count >= 2)
        for state in states {
            let shown = state.components(separatedBy: "\u{1B}")[0]
            #expect(shown.count == 69 && shown.hasSuffix("..."), "\(shown)")
        }
    }

    private var long: String { String(repeating: "x", count: 100) }

    @Test func aDeviceThatWasDeletedIsRefused() throws {
        let child = try start(["--every", "100ms", "--max-reconnects", "2", "n=counter"])
        try #require(child.waitFor(error: "is connected"))
        let answer = try sandbox.request("DELETE", "/device/f60c28", token: try sandbox.logIn())
        try #require(answer.status == 200)
        let outcome = child.wait(timeout: 30)
        #expect(!outcome.timedOut)
        #expect(outcome.status == 77)
        #expect(outcome.stderr.contains("is revoked\nhint: "))
    }

    @Test func anUnreachableBrokerIsAnError() throws {
        sandbox.stop()
        let outcome = try run(["n=counter"])
        #expect(outcome.status == 69)
        #expect(outcome.stderr.hasPrefix("dojot-device: error: "))
    }
}
