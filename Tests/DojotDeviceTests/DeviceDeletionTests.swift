import Foundation
import TestSupport
import Testing

/// On a terminal, a device is removed only after a yes.
@Suite("device delete on a terminal")
struct DeviceDeletionTests {
    @Test("it asks, and only yes is one", arguments: [("y\n", 0), ("yes\n", 0), ("\n", 1), ("n\n", 1), ("yeah\n", 1)])
    func asks(answer: String, status: Int32) throws {
        let sandbox = try RunningSandbox.start(["--device", "f60c28"])
        defer { sandbox.stop() }
        let folder = try TemporaryFolder()
        let token = try sandbox.logIn()
        let file = try folder.write(token + "\n", to: "token")
        let terminal = try PseudoTerminal(
            Programs.path("dojot-device"),
            ["device", "delete", "f60c28", "--gateway", sandbox.ready.gateway, "--token-file", file], in: folder.path)
        #expect(terminal.waitFor("delete f60c28 (f60c28) and its history? [y/N] "))
        #expect(try sandbox.request("GET", "/device/f60c28", token: token).status == 200)
        terminal.type(answer)
        #expect(terminal.wait() == status, "\(terminal.screen)")
        #expect(terminal.screen.contains(status == 0 ? "deleted f60c28" : "nothing was deleted: the answer was no"))
        #expect(try sandbox.request("GET", "/device/f60c28", token: token).status == (status == 0 ? 404 : 200))
    }
}
