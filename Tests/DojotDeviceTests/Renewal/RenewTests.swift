import Foundation
import TestSupport
import Testing

/// `renew` against each release of dojot.
@Suite("renew")
struct RenewTests {
    @Test("renews what is due, with a new key and the same names, and nothing else", arguments: RunningSandbox.releases)
    func due(release: String) throws {
        let retrieval = try Retrieval(on: release, ["--certificate-life", "2548800"])
        let names = ["--dns", "device.example", "--ip", "10.0.0.7", "-w"]
        #expect(try retrieval.run("f60c28", names + ["--broker", retrieval.sandbox.ready.mqtts]).status == 0)
        let (first, key) = (try retrieval.serial(), try retrieval.folder.read("certs/f60c28.key"))

        // Nothing is asked of anybody where nothing is due.
        let kept = try retrieval.program(["renew", "--all"], environment: [:])
        #expect(kept.status == 0, "\(kept.stderr)")
        #expect(kept.stdout == "f60c28: not due, 29 days left\n")
        #expect(try retrieval.serial() == first)

        let outcome = try retrieval.program(["renew", "f60c28", "--expires-within", "31d"])
        #expect(outcome.status == 0, "\(outcome.stderr)")
        let second = try retrieval.serial()
        #expect(second != first)
        #expect(outcome.stdout.hasPrefix("f60c28: renewed, "))
        #expect(outcome.stdout.hasSuffix(" left, serial \(second)\n"))
        #expect(try retrieval.folder.read("certs/f60c28.key") != key)
        #expect(try retrieval.holdsTogether())
        let text = try retrieval.openssl(["x509", "-in", "certs/f60c28.crt", "-noout", "-ext", "subjectAltName"])
        #expect(text.contains("DNS:device.example, IP Address:10.0.0.7"))
        #expect(try !retrieval.isListed(first))
        // The device is one with the same name and the same broker.
        #expect(try retrieval.program(["publish", "attrs", "f60c28", "a=1"]).status == 0)
    }

    @Test("keeps the key with --reuse-key, and its kind without", arguments: RunningSandbox.releases)
    func key(release: String) throws {
        let retrieval = try Retrieval(on: release)
        let (first, key) = (try retrieval.serial(), try retrieval.folder.read("certs/f60c28.key"))
        #expect(try retrieval.program(["renew", "f60c28", "--force", "--reuse-key"]).status == 0)
        #expect(try retrieval.folder.read("certs/f60c28.key") == key)
        #expect(try retrieval.serial() != first)
        #expect(try retrieval.holdsTogether())
        #expect(try retrieval.program(["renew", "f60c28", "--force"]).status == 0)
        let text = try retrieval.openssl(["pkey", "-in", "certs/f60c28.key", "-noout", "-text"])
        #expect(text.contains(release != "0.4" ? "NIST CURVE: P-256" : "2048 bit"))
        #expect(try retrieval.folder.read("certs/f60c28.key") != key)
    }

    /// On releases that refuse a deleted device: 0.4 keeps its end entity, and 0.6 signs for any name.
    @Test(
        "goes on past a device that fails, and ends with a summary and that device's exit code",
        arguments: ["0.8", "1.0"])
    func allWithOneThatFails(release: String) throws {
        let retrieval = try Retrieval(on: release, devices: ["a1b2c3", "abcdef", "f60c28"])
        let before = try retrieval.serial(of: "abcdef")
        let gateway = retrieval.sandbox.ready.gateway
        #expect(try retrieval.program(["device", "delete", "abcdef", "--yes", "--gateway", gateway]).status == 0)
        let outcome = try retrieval.program(["renew", "--all", "--force"])
        #expect(outcome.status == 65, "\(outcome.stderr)")
        let lines = outcome.stdout.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines.first?.hasPrefix("a1b2c3: renewed, ") == true)
        #expect(lines.dropFirst().first?.hasPrefix("f60c28: renewed, ") == true)
        #expect(lines.last == "3 devices: 2 renewed, 1 failed")
        #expect(outcome.stderr.contains("error: abcdef: cannot have the certificate request of "))
        #expect(outcome.stderr.contains("error: 1 of 3 devices failed\n"))
        #expect(try retrieval.serial(of: "abcdef") == before)

        struct Summary: Decodable {
            struct Device: Decodable { let device: String }
            struct Failed: Decodable {
                let device, reason: String
                let exitCode: Int
            }
            let renewed, kept: [Device]
            let failed: [Failed]
        }
        let json = try retrieval.program(["renew", "--all", "--json", "--expires-within", "1d"])
        let kept = try JSONDecoder().decode(Summary.self, from: Data(json.stdout.utf8))
        #expect(kept.kept.map(\.device) == ["a1b2c3", "abcdef", "f60c28"])
        #expect(json.status == 0)
        let forced = try retrieval.program(["renew", "abcdef", "f60c28", "--json", "--force"])
        let summary = try JSONDecoder().decode(Summary.self, from: Data(forced.stdout.utf8))
        #expect(summary.renewed.map(\.device) == ["f60c28"])
        #expect(summary.failed.map(\.device) == ["abcdef"])
        #expect(summary.failed.map(\.exitCode) == [65])
        #expect(forced.status == 65)
    }

    @Test("a run that was cut off is completed by the next one, due or not", arguments: RunningSandbox.releases)
    func resumes(release: String) throws {
        let retrieval = try Retrieval(on: release)
        let first = try retrieval.serial()
        // On 0.6 the first request names an owner and is refused.
        try retrieval.inject("\(Retrieval.signing(on: release)) drop count=1 after=\(release == "0.6" ? 1 : 0)")
        let cut = try retrieval.program(["renew", "f60c28", "--force", "--timeout", "3"])
        #expect(cut.status == 75, "\(cut.stderr)")
        #expect(try retrieval.serial() == first)
        let outcome = try retrieval.program(["renew", "f60c28"])
        #expect(outcome.status == 0, "\(outcome.stderr)")
        #expect(outcome.stderr.contains("the certificate had been signed before; the platform still has it"))
        #expect(try retrieval.serial() != first)
        #expect(try retrieval.holdsTogether())
        #expect(try retrieval.program(["renew", "f60c28"]).stdout.contains("not due"))
    }

    @Test(
        "a certificate on the CA's revocation list is due, and retrieve-cert names the command that replaces it",
        arguments: RunningSandbox.releases)
    func revoked(release: String) throws {
        let retrieval = try Retrieval(on: release)
        let first = try retrieval.serial()
        // A run elsewhere, which leaves the platform's list in the other folder.
        let away = try TemporaryFolder()
        try away.write(retrieval.folder.read("certs/IOTmidCA.crt"), to: "certs/IOTmidCA.crt")
        let revocation = try retrieval.program([
            "revoke", "f60c28", "--serial", first, "--yes", "--gateway", retrieval.sandbox.ready.gateway,
            "--certs-dir", away.path("certs"),
        ])
        #expect(revocation.status == 0, "\(revocation.stderr)")
        let list = retrieval.folder.path("certs/IOTmidCA.crl")
        try? FileManager.default.removeItem(atPath: list)
        try FileManager.default.copyItem(atPath: away.path("certs/IOTmidCA.crl"), toPath: list)

        let again = try retrieval.run("f60c28")
        #expect(again.status == 77, "\(again)")
        #expect(
            again.stderr.contains(
                "the certificate \(first) of f60c28 is revoked, by the list in certs/IOTmidCA.crl\nhint: dojot-device "),
            "\(again.stderr)")
        #expect(again.stderr.contains(" -w"), "\(again.stderr)")
        let outcome = try retrieval.program(["renew", "f60c28"])
        #expect(outcome.status == 0, "\(outcome.stderr)")
        #expect(outcome.stderr.contains("f60c28: revoked, renewing\n"), "\(outcome.stderr)")
        #expect(try retrieval.serial() != first)
        #expect(try retrieval.program(["renew", "f60c28"]).stdout.contains("not due"))
    }

    @Test("the old identity stays where what comes back is not right", arguments: RunningSandbox.releases)
    func notRight(release: String) throws {
        let retrieval = try Retrieval(on: release)
        let before = try retrieval.shown()
        try retrieval.inject("\(Retrieval.signing(on: release)) certificate=other-ca")
        let outcome = try retrieval.program(["renew", "f60c28", "--force", "--verify-broker"])
        #expect(outcome.status == 76, "\(outcome.stderr)")
        #expect(try retrieval.shown() == before)
        try retrieval.mend()
        #expect(try retrieval.program(["renew", "f60c28", "--verify-broker"]).status == 0)
        #expect(try retrieval.shown() != before)
        #expect(try retrieval.holdsTogether())
    }

    @Test("logs in again where the platform no longer takes the token", arguments: RunningSandbox.releases)
    func logsInAgain(release: String) throws {
        let retrieval = try Retrieval(on: release, devices: ["abcdef", "f60c28"])
        try retrieval.inject("\(Retrieval.signing(on: release)) status=401 count=1 after=\(release == "0.6" ? 2 : 1)")
        let outcome = try retrieval.program(["renew", "--all", "--force"])
        #expect(outcome.status == 0, "\(outcome.stderr)")
        #expect(outcome.stdout.hasSuffix("2 devices: 2 renewed\n"))
    }
}
