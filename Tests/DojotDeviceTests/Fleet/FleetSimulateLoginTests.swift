import Foundation
import TestSupport
import Testing

/// What `fleet simulate` asks its user and the platform beside MQTT.
@Suite("fleet simulate, with a login")
struct FleetSimulateLoginTests {
    private let fleet: FleetFolder
    private let ids = FleetFolder.ids(6)

    init() throws {
        fleet = try FleetFolder(on: "0.8", devices: ids, ["--token-life", "3"])
        _ = try fleet.summary(["--all-devices", "--broker", fleet.retrieval.sandbox.ready.mqtts])
    }

    /// On a terminal, with nobody's user and password in the environment.
    private func terminal(_ arguments: [String]) throws -> PseudoTerminal {
        try PseudoTerminal(
            Programs.path("dojot-device"), ["fleet", "simulate", "n=counter"] + arguments,
            in: fleet.retrieval.folder.path)
    }

    private func scenario(_ event: String) throws -> String {
        try fleet.retrieval.folder.write(
            #"{"phases": [{"ramp": "1s"}, {"steady": "60s"}], "certificates": [\#(event)]}"#, to: "scenario.json")
    }

    @Test("Ctrl-C ends it at the questions for user and password, and where the login does not come")
    func questions() throws {
        let first = try terminal(["--actuate", "reset=1/s"])
        #expect(first.waitFor("username: "))
        first.type("\u{3}")
        #expect(first.wait(timeout: 10) == 130)

        try fleet.retrieval.inject("POST /auth stall")
        let second = try terminal(["--actuate", "reset=1/s"])
        #expect(second.waitFor("username: "))
        second.type("admin\n")
        #expect(second.waitFor("password for admin: "))
        #expect(second.waitUntil { !second.hasEcho })
        second.type("\(fleet.retrieval.sandbox.ready.password)\n")
        #expect(try fleet.retrieval.wait(for: "POST /auth stall"))
        second.type("\u{3}")
        #expect(second.wait(timeout: 10) == 130)

        let third = try terminal(["--actuate", "reset=1/s", "--username", "admin"])
        #expect(third.waitFor("password for admin: "))
        #expect(third.waitUntil { !third.hasEcho })
        third.type("\u{3}")
        #expect(third.wait(timeout: 10) == 130)
        #expect(third.hasEcho)
    }

    @Test("Ctrl-C ends it where the list of devices is typed")
    func typedList() throws {
        let terminal = try terminal(["--from", "-"])
        terminal.type("\(ids[0])\n")
        // What is typed is shown before the program has begun; where it waits for more, it sleeps.
        #expect(
            terminal.waitUntil {
                let status = try? String(contentsOfFile: "/proc/\(terminal.processIdentifier)/status", encoding: .utf8)
                return status?.contains("Name:\tdojot-device\n") == true && status?.contains("State:\tS") == true
            })
        terminal.type("\u{3}")
        #expect(terminal.wait(timeout: 10) == 130)
    }

    @Test(
        "Ctrl-C ends it where a login that was to be renewed does not come",
        arguments: [["--actuate", "reset=20/s"], ["--scenario", "scenario.json"]])
    func hangs(arguments: [String]) throws {
        _ = try scenario(#"{"revoke": "100%", "at": "4s"}"#)
        try fleet.retrieval.inject("POST /auth stall after=1")
        let child = try fleet.retrieval.start(["fleet", "simulate", "n=counter", "--json"] + arguments)
        #expect(try fleet.retrieval.wait(for: "POST /auth stall after=1"))
        let start = Date()
        child.signal(SIGINT)
        #expect(child.wait(timeout: 30).status == 0)
        #expect(Date().timeIntervalSince(start) < 10)
    }

    @Test("a token goes to no other gateway than the one that it is for")
    func otherGateway() throws {
        let other = try ScriptedServer([.status(401)])
        defer { other.stop() }
        let path = fleet.retrieval.folder.url.appendingPathComponent("certs/\(ids[3]).json").resolvingSymlinksInPath()
        let profile = try String(contentsOf: path, encoding: .utf8)
        let changed = profile.replacingOccurrences(of: fleet.retrieval.sandbox.ready.gateway, with: other.url(""))
        #expect(changed != profile)
        try changed.write(to: path, atomically: false, encoding: .utf8)
        let before = try fleet.retrieval.signedByX509()
        let file = try scenario(#"{"revoke": "100%", "at": "0.5s"}"#)
        let outcome = try fleet.retrieval.program(["fleet", "simulate", "--scenario", file, "n=counter"], timeout: 90)
        #expect(outcome.status == 65, "\(outcome.stderr)")
        #expect(
            outcome.stderr.contains(
                "error: the certificate of \(ids[3]) is of \(other.url("")), and the login is for "
                    + "\(fleet.retrieval.sandbox.ready.gateway)\n"), "\(outcome.stderr)")
        #expect(other.requests.isEmpty)
        #expect(try fleet.retrieval.signedByX509() == before)
    }

    @Test("the end entity's password of a renewal is the one given")
    func endEntityPassword() throws {
        let retrieval = try Retrieval(on: "0.4")
        let file = try retrieval.folder.write(
            #"{"phases": [{"steady": "90s"}], "certificates": [{"renew": "100%", "at": "0.2s"}]}"#, to: "scenario.json")
        let child = try retrieval.start(
            ["fleet", "simulate", "--scenario", file, "--end-entity-password", "other", "n=counter"])
        func signing(_ password: String) throws -> String {
            try retrieval.sandbox.request(
                "POST", "/sign/f60c28/pkcs10", json: #"{"passwd": "\#(password)", "certificate": "x"}"#,
                token: retrieval.sandbox.logIn()
            ).body
        }
        // EJBCA's second question is whether it has signed already: the first one is the password.
        let end = Date(timeIntervalSinceNow: 60)
        while try !signing("other").contains("Got request with status"), Date() < end { usleep(50_000) }
        #expect(try signing("other").contains("Got request with status"))
        #expect(try signing("dojot").contains("Wrong username or password"))
        child.signal(SIGINT)
        #expect(child.wait(timeout: 30).status == 0)
    }
}
