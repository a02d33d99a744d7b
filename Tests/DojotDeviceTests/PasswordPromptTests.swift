import Foundation
import TestSupport
import Testing

/// The password is asked for on a terminal, without echo, and the terminal is left as it was.
@Suite("retrieve-cert on a terminal")
struct PasswordPromptTests {
    func start(_ retrieval: Retrieval, _ arguments: [String] = []) throws -> PseudoTerminal {
        try PseudoTerminal(
            Programs.path("dojot-device"), ["retrieve-cert", retrieval.sandbox.ready.gateway, "f60c28"] + arguments,
            in: retrieval.folder.path)
    }

    @Test("user and password are asked for; the password is not shown")
    func asks() throws {
        let retrieval = try Retrieval(["--user", "root:not-for-the-screen"])
        let terminal = try start(retrieval)
        #expect(terminal.waitFor("username: "))
        terminal.type("root\n")
        #expect(terminal.waitFor("password for root: "))
        #expect(terminal.waitUntil { !terminal.hasEcho })
        terminal.type("not-for-the-screen\n")
        #expect(terminal.wait() == 0, "\(terminal.screen)")
        #expect(!terminal.screen.contains("not-for-the-screen"))
        #expect(terminal.hasEcho)
        #expect(try retrieval.holdsTogether())
    }

    @Test("Ctrl-C, and a signal to end, give the terminal its echo back", arguments: [SIGINT, SIGTERM, SIGHUP])
    func interrupted(_ signal: Int32) throws {
        let retrieval = try Retrieval()
        let terminal = try start(retrieval, ["--username", "admin"])
        #expect(terminal.waitFor("password for admin: "))
        #expect(terminal.waitUntil { !terminal.hasEcho })
        if signal == SIGINT { terminal.type("\u{3}") } else { terminal.signal(signal) }
        #expect(terminal.wait() == 128 + signal)
        #expect(terminal.hasEcho)
        #expect(try retrieval.shown().isEmpty)
    }

    @Test("without a terminal there is an error that says what to give")
    func noTerminal() throws {
        let retrieval = try Retrieval()
        let setsid = try #require(Programs.installed("setsid"))
        let outcome = try Child.run(
            setsid, ["-w", Programs.path("dojot-device"), "retrieve-cert", retrieval.sandbox.ready.gateway, "f60c28"],
            in: retrieval.folder.path)
        #expect(outcome.status == 64)
        #expect(outcome.stderr.contains("no user name, and no terminal to ask for one"))
        #expect(outcome.stderr.contains("hint: give the user with --username"))
    }
}
