import Foundation
import TestSupport
import Testing

/// The login of a fleet that takes longer than a login lasts.
@Suite("fleet provision, whose login expires")
struct FleetLoginTests {
    @Test("it is renewed while devices are made")
    func making() throws {
        let fleet = try FleetFolder(on: "0.8", ["--token-life", "2"])
        try fleet.retrieval.inject("POST /device delay=1.5")
        let summary = try fleet.summary(["--create", "201", "--label-prefix", "probe"])
        #expect(summary.provisioned == 201)
        #expect(try fleet.platformDevices().count == 202)
    }

    @Test("it is renewed while devices are listed")
    func listing() throws {
        let ids = FleetFolder.ids(160)
        let fleet = try FleetFolder(on: "0.8", devices: ids, ["--token-life", "2"])
        try fleet.retrieval.inject("GET /device delay=0.9")
        #expect(try fleet.summary(["--all-devices"]).provisioned == ids.count)
    }

    @Test("a token alone cannot be renewed: it ends while devices are made, and the next run makes none twice")
    func token() throws {
        let fleet = try FleetFolder(on: "0.8", ["--token-life", "3"])
        try fleet.retrieval.inject("POST /device delay=1.6")
        let words = fleet.words(["--create", "301", "--label-prefix", "probe"])
        let outcome = try fleet.retrieval.program(
            words, environment: ["DOJOT_TOKEN": try fleet.retrieval.sandbox.logIn()])
        #expect(outcome.status == 77, "\(outcome.stderr)")
        #expect(outcome.stderr.contains("the token has expired, and there is no password to log in again"))
        #expect(
            outcome.stderr.contains(
                "hint: log in again, then run the same command: devices that were made are looked for first\n"),
            "\(outcome.stderr)")
        try fleet.retrieval.mend()
        #expect(try fleet.summary(["--create", "301", "--label-prefix", "probe"]).provisioned == 301)
        #expect(try fleet.platformDevices().count == 302)
    }

    @Test("one that does not come is waited for once, by all together")
    func hangs() throws {
        let ids = FleetFolder.ids(300)
        let fleet = try FleetFolder(on: "0.8", devices: ids, ["--token-life", "3"])
        try fleet.retrieval.inject("POST /auth stall after=1")
        try fleet.retrieval.inject("POST /x509/v1/certificates delay=0.4")
        let outcome = try fleet.run(["--all-devices", "--concurrency", "16", "--timeout", "4", "--json"])
        #expect(outcome.status == 75, "\(outcome.stderr)")
        #expect(outcome.stderr.contains("error: cannot log in to "), "\(outcome.stderr)")
        let summary = try FleetFolder.summary(outcome)
        #expect(summary.failed == 0 && summary.left > 0)
        #expect(summary.seconds < 30)
        #expect(try fleet.retrieval.happened("POST /auth stall after=1") == 1)
    }

    @Test("Ctrl-C twice ends one that does not come, too")
    func interrupted() throws {
        let ids = FleetFolder.ids(300)
        let fleet = try FleetFolder(on: "0.8", devices: ids, ["--token-life", "3"])
        try fleet.retrieval.inject("POST /auth stall after=1")
        try fleet.retrieval.inject("POST /x509/v1/certificates delay=0.4")
        let child = try fleet.start(["--all-devices", "--concurrency", "16", "--json"])
        #expect(try fleet.retrieval.wait(for: "POST /auth stall after=1"))
        try FleetFolder.interruptTwice(child)
    }
}

extension Retrieval {
    /// How often a fault happened, by its rule.
    func happened(_ rule: String) throws -> Int {
        struct Answer: Decodable {
            struct Fault: Decodable {
                let rule: String
                let happened: Int
            }
            let faults: [Fault]
        }
        let answer = try sandbox.request("GET", "/_sandbox/faults")
        let faults = try JSONDecoder().decode(Answer.self, from: Data(answer.body.utf8)).faults
        return faults.first { $0.rule == rule }?.happened ?? 0
    }

    /// Waits until a fault has happened; false where it does not in time.
    func wait(for rule: String, timeout: Double = 60) throws -> Bool {
        let end = Date(timeIntervalSinceNow: timeout)
        while try happened(rule) == 0 {
            if Date() > end { return false }
            usleep(20_000)
        }
        return true
    }
}
