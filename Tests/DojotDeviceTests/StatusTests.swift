import Foundation
import TestSupport
import Testing

/// `status` as its user sees it on a terminal.
@Suite struct StatusTests {
    @Test func coloursAreForTerminalsAndNO_COLORIsObeyed() throws {
        let retrieval = try Retrieval()
        #expect(try retrieval.run().status == 0)
        try FileManager.default.createDirectory(
            atPath: retrieval.folder.path("certs/.identities/77aa01"), withIntermediateDirectories: true)
        try retrieval.folder.write(
            "gateway: http://localhost:8000\nca: IOTmidCA\n", to: "certs/.identities/77aa01/pending.pem")
        func screen(_ arguments: [String] = [], noColor: String = "") throws -> String {
            let terminal = try PseudoTerminal(
                Programs.path("dojot-device"), ["status"] + arguments, environment: ["NO_COLOR": noColor],
                in: retrieval.folder.path)
            #expect(terminal.waitFor("f60c28"))
            _ = terminal.wait()
            return terminal.screen
        }
        let coloured = try screen()
        #expect(coloured.contains("\u{1B}[33mpending: run retrieve-cert again\u{1B}[0m"))
        #expect(coloured.contains(" d\u{1B}[0m    \u{1B}[32mok\u{1B}[0m"))
        // Columns are as wide as without colours.
        let plain = try screen(noColor: "1")
        #expect(!plain.contains("\u{1B}"))
        let bare = coloured.replacing(/\u{1B}\[[0-9]*m/, with: "")
        func withoutDays(_ text: String) -> String { text.replacing(/[0-9]+ d\b/, with: "N d") }
        #expect(withoutDays(bare) == withoutDays(plain))
        #expect(try !screen(["--json"]).contains("\u{1B}"))
        #expect(try screen(["--expires-within", "400d"]).contains("\u{1B}[33mrenew\u{1B}[0m"))
    }

    @Test func namesOfFilesDoNotSteerTheTerminal() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            "gateway: http://x\u{1B}[31m\u{9B}2J/\nca: IOT\u{7}midCA\n", to: "certs/.identities/f60c28/pending.pem")
        let outcome = try Child.run(Programs.path("dojot-device"), ["status"], in: folder.path)
        #expect(outcome.status == 0)
        #expect(outcome.stdout.contains(#"x\1B[31m\C2\9B2J/"#))
        // What cannot be a CA's name is none: it would be looked for as a file.
        #expect(!outcome.stdout.contains("midCA"))
        let json = try Child.run(Programs.path("dojot-device"), ["status", "--json"], in: folder.path)
        #expect(json.stdout.contains(#"http://x\u001b[31m\u009b2J/"#))
    }
}
