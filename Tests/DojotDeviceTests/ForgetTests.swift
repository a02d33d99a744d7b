import Foundation
import TestSupport
import Testing

/// `forget` removes a device's files from this machine, and nothing else.
@Suite("forget") struct ForgetTests {
    /// What is in the folder of identities, without the locks and the CA's files.
    private func names(_ retrieval: Retrieval) throws -> [String] {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: retrieval.folder.path("certs"))
        return paths.filter { !["IOTmidCA.crt", "IOTmidCA.crl", ".identities", ".identities/lock"].contains($0) }
            .sorted()
    }

    @Test("removes the identity with the one before, and another device's stays")
    func removed() throws {
        let retrieval = try Retrieval(on: "0.8", devices: ["a1b2c3", "f60c28"])
        let others = try names(retrieval).filter { $0.contains("a1b2c3") }
        #expect(try retrieval.program(["renew", "f60c28", "--force"]).status == 0)
        let serial = try retrieval.serial()
        let outcome = try retrieval.program(["forget", "f60c28", "--yes"], environment: [:])
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.stdout == "f60c28: removed from certs\n")
        let gateway = retrieval.sandbox.ready.gateway
        let command = "dojot-device revoke f60c28 --serial \(serial) --gateway \(gateway)"
        #expect(outcome.stderr == "its certificate is still valid; to revoke it: \(command)\n")
        #expect(try names(retrieval) == others)
        #expect(try retrieval.holdsTogether("a1b2c3"))
        let words = command.split(separator: " ").dropFirst().map(String.init)
        #expect(try retrieval.program(words + ["--yes"]).status == 0)
        let again = try retrieval.program(["forget", "f60c28", "--yes"])
        #expect(again.status == 66 && again.stderr.contains("no files of f60c28 in certs"), "\(again)")
        #expect(try retrieval.run("f60c28", ["--key-type", "p256"]).status == 0)
    }

    @Test("asks, and does nothing without an answer")
    func asks() throws {
        let retrieval = try Retrieval(on: "0.8")
        let before = try names(retrieval)
        let setsid = try #require(Programs.installed("setsid"))
        let outcome = try Child.run(
            setsid, ["-w", Programs.path("dojot-device"), "forget", "f60c28"], in: retrieval.folder.path)
        #expect(outcome.status == 64)
        #expect(outcome.stderr.contains("nothing was removed: there is no terminal to ask on\nhint: add --yes"))
        #expect(try names(retrieval) == before)
    }

    @Test("an unfinished retrieval is removed with --force only")
    func pending() throws {
        let retrieval = try Retrieval(["--release", "0.8", "--device", "f60c28"])
        try retrieval.inject("POST /x509/v1/certificates drop count=1")
        #expect(try retrieval.run("f60c28", ["--key-type", "p256", "--timeout", "3"]).status == 75)
        let refused = try retrieval.program(["forget", "f60c28", "--yes"])
        #expect(refused.status == 1, "\(refused)")
        #expect(refused.stderr.hasSuffix("hint: dojot-device forget f60c28 --force\n"), "\(refused)")
        #expect(try retrieval.program(["forget", "f60c28", "--yes", "--force"]).status == 0)
        #expect(try names(retrieval) == [])
    }

    @Test("files that make no identity are removed too: broken ones, plain ones, links that lead nowhere")
    func broken() throws {
        let retrieval = try Retrieval(on: "0.8")
        let folder = retrieval.folder
        for damage in [
            "rm certs/f60c28.json", "rm -r .identities; rm -rf certs/.identities",
            "rm certs/.identities/f60c28/current",
            "cp --remove-destination certs/.identities/f60c28/1/* certs/",
            "echo x >certs/.identities/f60c28/1/f60c28.key",
            // As a removal that was cut off after its rename leaves it.
            "mv certs/.identities/f60c28 certs/.identities/.forgotten-f60c28",
        ] {
            #expect(try retrieval.run("f60c28", ["-w", "--key-type", "p256"]).status == 0, "\(damage)")
            _ = try Child.run("/bin/sh", ["-c", damage], in: folder.path)
            let outcome = try retrieval.program(["forget", "f60c28", "--yes"])
            #expect(outcome.status == 0, "\(damage): \(outcome)")
            #expect(try names(retrieval) == [], "\(damage)")
        }
    }

    @Test("of the two forms of a name the one that was typed goes")
    func bothForms() throws {
        let retrieval = try Retrieval(on: "0.4")
        #expect(try retrieval.run("admin:f60c28", ["-w"]).status == 0)
        #expect(try retrieval.program(["forget", "f60c28", "--yes"]).status == 0)
        #expect(try names(retrieval).allSatisfy { $0.contains("admin:f60c28") })
        #expect(try retrieval.program(["forget", "f60c28", "--yes"]).stdout == "admin:f60c28: removed from certs\n")
        #expect(try names(retrieval) == [])
    }
}
