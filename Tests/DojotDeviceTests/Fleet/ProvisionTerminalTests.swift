import Foundation
import TestSupport
import Testing

/// What is shown while a fleet is provisioned.
@Suite("fleet provision on a terminal, and without")
struct ProvisionTerminalTests {
    @Test("a bar shows how far it is, how fast, and how long it will take; it is gone at the end")
    func bar() throws {
        let ids = FleetFolder.ids(40)
        let fleet = try FleetFolder(on: "0.8", devices: ids)
        try fleet.retrieval.inject("POST /x509/v1/certificates delay=0.4")
        let terminal = try PseudoTerminal(
            Programs.path("dojot-device"), fleet.words(["--all-devices", "--concurrency", "4"]),
            environment: fleet.retrieval.sandbox.credentials, in: fleet.retrieval.folder.path)
        #expect(terminal.wait() == 0, "\(terminal.screen)")
        let frames = terminal.screen.components(separatedBy: "\r").filter { $0.contains("/40") }
        #expect(frames.count > 10)
        #expect(frames.contains { $0.contains("█") && $0.contains("/s  ") && $0.contains(" s left") }, "\(frames)")
        let numbers = frames.compactMap { frame in
            frame.components(separatedBy: "/40")[0].split(separator: " ").last.flatMap { Int($0) }
        }
        #expect(numbers == numbers.sorted())
        let end = terminal.screen.components(separatedBy: "\r\u{1B}[K").last ?? ""
        #expect(end.contains("40 devices of admin: 40 provisioned"), "\(terminal.screen)")
    }

    @Test("user and password are asked for, and Ctrl-C at the question, and at work, ends it")
    func asks() throws {
        let fleet = try FleetFolder(on: "0.8", devices: FleetFolder.ids(40))
        try fleet.retrieval.inject("POST /x509/v1/certificates delay=0.5")
        func start() throws -> PseudoTerminal {
            try PseudoTerminal(
                Programs.path("dojot-device"), fleet.words(["--all-devices", "--concurrency", "4"]),
                in: fleet.retrieval.folder.path)
        }
        let first = try start()
        #expect(first.waitFor("username: "))
        first.type("admin\n")
        #expect(first.waitFor("password for admin: "))
        #expect(first.waitUntil { !first.hasEcho })
        first.type("\u{3}")
        #expect(first.wait() == 130)

        let second = try start()
        #expect(second.waitFor("username: "))
        second.type("admin\n")
        #expect(second.waitFor("password for admin: "))
        #expect(second.waitUntil { !second.hasEcho })
        second.type("\(fleet.retrieval.sandbox.ready.password)\n")
        #expect(second.waitFor("/40"))
        second.type("\u{3}")
        #expect(second.wait() == 130)
        #expect(second.screen.contains("devices left"), "\(second.screen)")
    }

    @Test("elsewhere a line tells it every ten seconds")
    func lines() throws {
        let fleet = try FleetFolder(on: "0.8", devices: FleetFolder.ids(12))
        try fleet.retrieval.inject("POST /x509/v1/certificates delay=1.1")
        let outcome = try fleet.run(["--all-devices", "--concurrency", "1"])
        #expect(outcome.status == 0, "\(outcome.stderr)")
        #expect(outcome.stderr.contains(" of 12 devices, "), "\(outcome.stderr)")
        #expect(!outcome.stderr.contains("\r") && !outcome.stderr.contains("█"))
    }
}
