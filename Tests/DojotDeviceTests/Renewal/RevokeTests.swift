import Foundation
import TestSupport
import Testing

/// `revoke` against each release of dojot.
@Suite("revoke")
struct RevokeTests {
    @Test("the broker drops the device's session and refuses it again", arguments: RunningSandbox.releases)
    func drops(release: String) throws {
        let retrieval = try Retrieval(on: release)
        let serial = try retrieval.serial()
        let session = try retrieval.start(["subscribe", "config", "f60c28", "-d"])
        try #require(session.waitFor(error: "received SUBACK"))
        let outcome = try retrieval.program(["revoke", "f60c28", "--reason", "KEYCOMPROMISE", "--yes"])
        #expect(outcome.status == 0, "\(outcome.stderr)")
        let reason = release == "0.4" ? " (KEYCOMPROMISE)" : ""
        #expect(
            outcome.stdout == """
                f60c28: certificate \(serial) revoked\(reason)
                  list   certs/IOTmidCA.crl
                  files  certs/revoked/f60c28-\(serial)

                """)
        #expect(try retrieval.isListed(serial))
        // The session is ended, and does not come back.
        let end = session.wait(timeout: 20)
        #expect(end.status == 77)
        #expect(end.stderr.contains("is revoked\n"))
        // Nor does another one with the same files.
        let moved = "certs/revoked/f60c28-\(serial)/f60c28"
        let again = try retrieval.program([
            "publish", "attrs", "-h", "localhost", "-p", "\(retrieval.sandbox.port)", "-i", "admin:f60c28", "-t",
            "/admin/f60c28/attrs", "-m", "{}", "--cafile", "certs/IOTmidCA.crt", "--cert", "\(moved).crt",
            "--key", "\(moved).key",
        ])
        #expect(again.status == 77)
        #expect(again.stderr.contains("is revoked\n"))
    }

    @Test(
        "the identity is out of use, its key still its owner's alone, and a new one can be had",
        arguments: RunningSandbox.releases)
    func moves(release: String) throws {
        let retrieval = try Retrieval(on: release, devices: ["abcdef", "f60c28"])
        #expect(try retrieval.program(["renew", "f60c28", "--force"]).status == 0)
        let serial = try retrieval.serial()
        #expect(try retrieval.program(["revoke", "f60c28", "--yes"]).status == 0)
        #expect(try retrieval.names().filter { $0.hasPrefix("f60c28") } == [])
        let moved = "certs/revoked/f60c28-\(serial)"
        let key = retrieval.folder.path("\(moved)/f60c28.key")
        let attributes = try FileManager.default.attributesOfItem(atPath: key)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        for file in ["f60c28.crt", "f60c28.csr", "f60c28.json", "previous/f60c28.key", "previous/f60c28.crt"] {
            #expect(retrieval.folder.has("\(moved)/\(file)"), "\(file)")
        }
        #expect(try retrieval.program(["publish", "attrs", "f60c28", "a=1"]).status == 66)
        // The other device is as it was.
        #expect(try retrieval.holdsTogether("abcdef"))
        #expect(try retrieval.program(["publish", "attrs", "abcdef", "a=1"]).status == 0)

        let again = try retrieval.program(["revoke", "f60c28", "--yes"])
        #expect(again.status == 0)
        #expect(again.stdout.hasPrefix("f60c28: certificate \(serial) was revoked before\n"))
        #expect(try retrieval.run("f60c28", ["--broker", retrieval.sandbox.ready.mqtts]).status == 0)
        #expect(try retrieval.serial() != serial)
        #expect(try retrieval.program(["publish", "attrs", "f60c28", "a=1"]).status == 0)
    }

    @Test("run again it finds what was revoked, wherever the folder is and whatever is in its name")
    func runAgain() throws {
        let retrieval = try Retrieval()
        let folder = ["--certs-dir", "my-own/certs-1"]
        try FileManager.default.createDirectory(
            atPath: retrieval.folder.path("my-own"), withIntermediateDirectories: true)
        #expect(try retrieval.run("f60c28", folder).status == 0)
        #expect(try retrieval.program(["revoke", "f60c28", "--yes"] + folder).status == 0)
        let again = try retrieval.program(["revoke", "f60c28", "--yes"] + folder)
        #expect(again.status == 0, "\(again.stderr)")
        #expect(again.stdout.contains(" was revoked before\n"))
        #expect(again.stdout.contains("my-own/certs-1/revoked/f60c28-"))
    }

    @Test("a run that was cut off is completed by the next one", arguments: RunningSandbox.releases)
    func completes(release: String) throws {
        let retrieval = try Retrieval(on: release)
        let serial = try retrieval.serial()
        // The platform did its part, and its answer was lost: what became of it is looked for.
        try retrieval.inject("DELETE /* drop count=1")
        let lost = try retrieval.program(["revoke", "f60c28", "--yes", "--json"])
        #expect(lost.status == 0, "\(lost.stderr)")
        let moved = "certs/revoked/f60c28-\(serial)"
        #expect(retrieval.folder.has("\(moved)/f60c28.key"))

        // Cut off before the move: all is in place still.
        #expect(try retrieval.run("f60c28").status == 0)
        let second = try retrieval.serial()
        let away = try TemporaryFolder()
        let elsewhere = try retrieval.program([
            "revoke", "f60c28", "--serial", second, "--yes", "--gateway", retrieval.sandbox.ready.gateway,
            "--certs-dir", away.path("certs"),
        ])
        #expect(elsewhere.status == 0, "\(elsewhere.stderr)")
        let late = try retrieval.program(["revoke", "f60c28", "--yes"])
        #expect(late.status == 0, "\(late.stderr)")
        #expect(late.stdout.hasPrefix("f60c28: certificate \(second) was revoked before"))
        #expect(retrieval.folder.has("certs/revoked/f60c28-\(second)/f60c28.key"))

        // Cut off after the move: links that lead nowhere are left.
        let files = FileManager.default
        try files.createDirectory(
            atPath: retrieval.folder.path("certs/.identities/f60c28"), withIntermediateDirectories: true)
        try files.createSymbolicLink(
            atPath: retrieval.folder.path("certs/.identities/f60c28/current"), withDestinationPath: "1")
        try files.createSymbolicLink(
            atPath: retrieval.folder.path("certs/f60c28.crt"),
            withDestinationPath: ".identities/f60c28/current/f60c28.crt")
        let done = try retrieval.program(["revoke", "f60c28"])
        #expect(done.status == 0, "\(done.stderr)")
        #expect(try retrieval.names().filter { $0.hasPrefix("f60c28") } == [])
    }

    @Test(
        "another certificate of the device is revoked by its number, and nothing is moved",
        arguments: RunningSandbox.releases)
    func bySerial(release: String) throws {
        let retrieval = try Retrieval(on: release)
        let first = try retrieval.serial()
        #expect(try retrieval.program(["renew", "f60c28", "--force"]).status == 0)
        #expect(try retrieval.program(["renew", "f60c28", "--force"]).status == 0)
        // The first is no longer here; as openssl and browsers write it, or in lower case.
        let before = try retrieval.shown()
        var pairs: [String] = []
        for index in stride(from: 0, to: first.count, by: 2) {
            let start = first.index(first.startIndex, offsetBy: index)
            pairs.append(String(first[start..<first.index(start, offsetBy: 2)]).lowercased())
        }
        let outcome = try retrieval.program([
            "revoke", "f60c28", "--serial", pairs.joined(separator: ":"), "--yes", "--reason", "superseded",
        ])
        #expect(outcome.status == 0, "\(outcome.stderr)")
        #expect(outcome.stdout.hasPrefix("f60c28: certificate \(first) revoked"))
        #expect(!outcome.stdout.contains("files"))
        var after = try retrieval.shown()
        #expect(try retrieval.isListed(first))
        after["IOTmidCA.crl"] = before["IOTmidCA.crl"]
        #expect(after == before)

        let again = try retrieval.program(["revoke", "f60c28", "--serial", first, "--yes"])
        #expect(again.status == 0)
        #expect(again.stdout.contains("was revoked before"))
        let unknown = try retrieval.program(["revoke", "f60c28", "--serial", "1234", "--yes"])
        #expect(unknown.status == 65)
        #expect(unknown.stderr.contains("the platform has no certificate of f60c28 with that serial number"))
        #expect(try retrieval.shown()["f60c28.key"] == before["f60c28.key"])
    }

    @Test(
        "a reason that is none, or takes no certificate back, is refused before anything is sent",
        arguments: [("BECAUSE", "none of UNSPECIFIED, KEYCOMPROMISE"), ("REMOVEFROMCRL", "revokes nothing")])
    func unknownReason(reason: String, message: String) throws {
        let folder = try TemporaryFolder()
        let outcome = try Child.run(
            Programs.path("dojot-device"),
            ["revoke", "f60c28", "--reason", reason, "--yes", "--gateway", "http://127.0.0.1:1"], in: folder.path)
        #expect(outcome.status == 64)
        #expect(outcome.stderr.contains(message))
    }

    @Test(
        "it asks, and only yes is one",
        arguments: [("y\n", 0), ("yes\n", 0), ("\n", 1), ("n\n", 1)] as [(String, Int32)])
    func asks(answer: String, status: Int32) throws {
        let retrieval = try Retrieval(on: "0.8")
        let serial = try retrieval.serial()
        let terminal = try PseudoTerminal(
            Programs.path("dojot-device"), ["revoke", "f60c28"], environment: retrieval.sandbox.credentials,
            in: retrieval.folder.path, columns: 160)
        #expect(terminal.waitFor("revoke certificate \(serial) of f60c28, which is valid until "))
        #expect(terminal.waitFor("[y/N] "))
        terminal.type(answer)
        #expect(terminal.wait() == status, "\(terminal.screen)")
        #expect(terminal.screen.contains(status == 0 ? "revoked" : "nothing was revoked: the answer was no"))
        #expect(retrieval.folder.has("certs/f60c28.key") == (status != 0))
    }

    @Test("without a terminal it must be told that it is meant")
    func noTerminal() throws {
        let retrieval = try Retrieval(on: "0.8")
        let before = try retrieval.shown()
        let setsid = try #require(Programs.installed("setsid"))
        let outcome = try Child.run(
            setsid, ["--wait", Programs.path("dojot-device"), "revoke", "f60c28"],
            environment: retrieval.sandbox.credentials, in: retrieval.folder.path)
        #expect(outcome.status == 64)
        #expect(outcome.stderr.contains("nothing was revoked: there is no terminal to ask on\nhint: add --yes"))
        #expect(try retrieval.shown() == before)
    }
}
