import Foundation
import TestSupport
import Testing

/// `renew --rollback` and `--revoke-old`, and the hook, against each release of dojot.
@Suite("renew, and what follows it")
struct RollbackTests {
    @Test(
        "--rollback brings the identity before back, and is taken back in the same way",
        arguments: RunningSandbox.releases)
    func rollsBack(release: String) throws {
        let retrieval = try Retrieval(on: release)
        let none = try retrieval.program(["renew", "f60c28", "--rollback"])
        #expect(none.status == 3)
        #expect(none.stderr.contains("there is no identity of f60c28 before this one"))
        let first = try retrieval.serial()
        #expect(try retrieval.program(["renew", "f60c28", "--force"]).status == 0)
        let second = try retrieval.serial()
        // Twice: neither is lost.
        for (expected, other) in [(first, second), (second, first), (first, second)] {
            let outcome = try retrieval.program(["renew", "f60c28", "--rollback"])
            #expect(outcome.status == 0, "\(outcome.stderr)")
            #expect(outcome.stdout.hasPrefix("f60c28: back to serial \(expected), "))
            #expect(outcome.stdout.hasSuffix("; \(other) is kept\n"))
            #expect(try retrieval.serial() == expected)
            #expect(try retrieval.holdsTogether())
        }
        #expect(try retrieval.program(["publish", "attrs", "f60c28", "a=1"]).status == 0)
        // Where nobody can be asked, what is known here must do.
        let alone = try retrieval.program(["renew", "f60c28", "--rollback"], environment: [:])
        #expect(alone.status == 0)
        #expect(alone.stderr.contains("the platform is not asked"))
    }

    @Test(
        "--revoke-old has the old certificate taken back, and nothing leads back to it",
        arguments: RunningSandbox.releases)
    func revokesOld(release: String) throws {
        let retrieval = try Retrieval(on: release)
        let first = try retrieval.serial()
        let outcome = try retrieval.program(["renew", "f60c28", "--force", "--revoke-old"])
        #expect(outcome.status == 0, "\(outcome.stderr)")
        #expect(outcome.stderr.contains("the certificate before, \(first), is revoked"))
        let second = try retrieval.serial()
        #expect(try retrieval.isListed(first))
        #expect(try !retrieval.isListed(second))
        let back = try retrieval.program(["renew", "f60c28", "--rollback"])
        #expect(back.status == 3, "\(back.stderr)")
        #expect(
            back.stderr.contains("the previous certificate, \(first), cannot be restored: it was revoked from here"))
        #expect(try retrieval.serial() == second)
    }

    @Test(
        "--rollback is refused where another revoked it: by the list here, or by what the platform says",
        arguments: RunningSandbox.releases)
    func revokedElsewhere(release: String) throws {
        let retrieval = try Retrieval(on: release)
        let first = try retrieval.serial()
        let away = try TemporaryFolder()
        #expect(try retrieval.program(["renew", "f60c28", "--force"]).status == 0)
        let revocation = try retrieval.program([
            "revoke", "f60c28", "--serial", first, "--yes", "--gateway", retrieval.sandbox.ready.gateway,
            "--certs-dir", away.path("certs"),
        ])
        #expect(revocation.status == 0, "\(revocation.stderr)")
        let asked = try retrieval.program(["renew", "f60c28", "--rollback"])
        #expect(asked.status == 3, "\(asked.stderr)")
        #expect(asked.stderr.contains("cannot be restored: the platform "))
        #expect(try retrieval.run("f60c28", ["--crl"]).status == 0)
        let listed = try retrieval.program(["renew", "f60c28", "--rollback"], environment: [:])
        #expect(listed.status == 3)
        #expect(listed.stderr.contains("cannot be restored: it is on the CA's revocation list"))
    }

    @Test("a refusal to revoke the old one is reported, and the new identity stays", arguments: RunningSandbox.releases)
    func cannotRevoke(release: String) throws {
        let retrieval = try Retrieval(on: release)
        let first = try retrieval.serial()
        try retrieval.inject("DELETE /* status=403")
        let outcome = try retrieval.program(["renew", "f60c28", "--force", "--revoke-old"])
        #expect(outcome.status == 77, "\(outcome.stderr)")
        #expect(outcome.stderr.contains("error: the certificate before, \(first), is not revoked: "))
        #expect(outcome.stderr.contains("hint: dojot-device revoke f60c28 --serial \(first)\n"))
        #expect(try retrieval.serial() != first)
        #expect(try retrieval.holdsTogether())
        try retrieval.mend()
        let revocation = try retrieval.program(["revoke", "f60c28", "--serial", first, "--yes"])
        #expect(revocation.status == 0, "\(revocation.stderr)")
        #expect(try retrieval.isListed(first))
        #expect(try retrieval.program(["renew", "f60c28", "--rollback"]).status == 3)
    }

    @Test("a hook inherits nothing that is open but standard input, output and error")
    func hookDescriptors() throws {
        let retrieval = try Retrieval(on: "0.8")
        // 9 is what a parent left open; ls has 3 itself for the folder.
        let outcome = try Child.run(
            "/bin/sh",
            [
                "-c",
                "exec 9<certs/f60c28.key; exec '\(Programs.path("dojot-device"))' renew f60c28 --force "
                    + "--deploy-hook 'ls /proc/self/fd >fds.txt'",
            ], environment: retrieval.sandbox.credentials, in: retrieval.folder.path)
        #expect(outcome.status == 0, "\(outcome)")
        #expect(try retrieval.folder.read("fds.txt") == "0\n1\n2\n3\n")
    }

    @Test("a hook gets the device and its files, and no secret")
    func hook() throws {
        let retrieval = try Retrieval(on: "0.8")
        let command =
            "env | grep ^DOJOT_ | grep -v ^DOJOT_SANDBOX_ | sort >hook.txt; openssl x509 -in $DOJOT_CERT -noout -serial >>hook.txt; echo said"
        let outcome = try retrieval.program(["renew", "f60c28", "--force", "--deploy-hook", command])
        #expect(outcome.status == 0, "\(outcome.stderr)")
        // What it prints is no result of ours.
        #expect(!outcome.stdout.contains("said"))
        #expect(outcome.stderr.contains("said\n"))
        let folder = retrieval.folder.path("certs")
        #expect(
            try retrieval.folder.read("hook.txt") == """
                DOJOT_CA=\(folder)/IOTmidCA.crt
                DOJOT_CERT=\(folder)/f60c28.crt
                DOJOT_DEVICE=f60c28
                DOJOT_KEY=\(folder)/f60c28.key
                DOJOT_USERNAME=admin
                serial=\(try retrieval.serial())

                """)
    }

    @Test(
        "a hook that fails is reported, the new identity stays, and the old certificate is not revoked",
        arguments: [
            ("exit 4", "ended with 4"), ("kill -TERM $$", "was ended by signal 15"), ("/nowhere", "ended with 127"),
        ])
    func failingHook(command: String, end: String) throws {
        let retrieval = try Retrieval(on: "0.8")
        let first = try retrieval.serial()
        let outcome = try retrieval.program(["renew", "f60c28", "--force", "--revoke-old", "--deploy-hook", command])
        #expect(outcome.status == 3, "\(outcome.stderr)")
        #expect(outcome.stderr.contains("error: the identity is in place, but the deploy hook \(end)\n"))
        #expect(try retrieval.serial() != first)
        #expect(try retrieval.holdsTogether())
        #expect(try !retrieval.isListed(first))
    }
}
