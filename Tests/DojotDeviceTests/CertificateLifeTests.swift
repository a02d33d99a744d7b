import Foundation
import TestSupport
import Testing

/// The life of a certificate on each release of dojot, whatever the name in it: `f60c28` on 0.4 and 0.8, `admin:f60c28` on 0.6.
@Suite("the life of a certificate")
struct CertificateLifeTests {
    private func publishes(_ retrieval: Retrieval, _ comment: Comment) throws {
        let outcome = try retrieval.program(
            ["publish", "attrs", "f60c28", "temperature=21.5", "--confirm", "--confirm-within", "5"])
        #expect(outcome.status == 0, "\(comment): \(outcome.stderr)")
    }

    @Test("goes from retrieval to revocation", arguments: RunningSandbox.releases)
    func life(release: String) throws {
        let retrieval = try Retrieval(on: release)
        let name = release == "0.6" ? "admin:f60c28" : "f60c28"
        let subject = try retrieval.openssl([
            "x509", "-in", "certs/f60c28.crt", "-noout", "-subject", "-nameopt", "RFC2253",
        ])
        #expect(subject.contains("CN=\(name)"), "\(subject)")
        #expect(subject.contains("O=dojot IoT Platform") == (release != "0.4"), "\(subject)")
        #expect(try retrieval.folder.read("certs/f60c28.json").contains("\"commonName\" : \"\(name)\""))
        try publishes(retrieval, "retrieved")
        #expect(try retrieval.program(["inspect", "certs/f60c28.crt"]).status == 0)
        let status = try retrieval.program(["status", "--json"])
        #expect(status.status == 0 && status.stdout.contains("\"state\":\"ok\""), "\(status.stdout)")
        for arguments in [[], ["--login"]] {
            let outcome = try retrieval.program(["diagnose", "f60c28", "--json"] + arguments)
            let answer = try DiagnosisAnswer(outcome)
            #expect(outcome.status == 0 && answer.cause == nil, "\(outcome.stdout)")
        }

        let first = try retrieval.serial()
        let renewed = try retrieval.program(["renew", "f60c28", "--force", "--verify-broker"])
        #expect(renewed.status == 0, "\(renewed.stderr)")
        try publishes(retrieval, "renewed")
        #expect(try retrieval.program(["renew", "f60c28", "--rollback"]).status == 0)
        #expect(try retrieval.serial() == first)
        try publishes(retrieval, "rolled back")
        let again = try retrieval.program(["renew", "f60c28", "--force", "--revoke-old"])
        #expect(again.status == 0, "\(again.stderr)")
        #expect(try retrieval.isListed(first))
        try publishes(retrieval, "renewed once more")
        let revoked = try retrieval.program(["revoke", "f60c28", "--yes"])
        #expect(revoked.status == 0, "\(revoked.stderr)")
        #expect(try retrieval.run("f60c28", ["--broker", retrieval.sandbox.ready.mqtts]).status == 0)
        try publishes(retrieval, "retrieved again")
    }

    @Test("MQTT 5 is refused where neither of dojot's brokers speaks it", arguments: RunningSandbox.releases)
    func version(release: String) throws {
        let retrieval = try Retrieval(on: release)
        let outcome = try retrieval.program(["publish", "attrs", "f60c28", "a=1", "-V", "5"])
        #expect(outcome.status == 64)
        let broker = release == "0.4" ? "Mosca" : "VerneMQ"
        #expect(outcome.stderr.contains("is \(broker), which does not speak MQTT 5"), "\(outcome.stderr)")
    }

    @Test("names with and without a tenant live in one folder")
    func mixed() throws {
        let bare = try Retrieval(on: "0.8")
        let prefixed = try RunningSandbox.start(["--release", "0.6", "--device", "a1b2c3"])
        let second = try Child.run(
            Programs.path("dojot-device"),
            [
                "retrieve-cert", prefixed.ready.gateway, "a1b2c3", "OtherCA", "--broker", prefixed.ready.mqtts,
                "--key-type", "p256",
            ], environment: prefixed.credentials, in: bare.folder.path)
        #expect(second.status == 0, "\(second.stderr)")
        let status = try bare.program(["status", "--json"])
        #expect(status.stdout.components(separatedBy: "\"state\":\"ok\"").count == 3, "\(status.stdout)")
        for device in ["f60c28", "a1b2c3"] {
            #expect(try bare.program(["publish", "attrs", device, "a=1"]).status == 0)
            #expect(try bare.program(["inspect", "certs/\(device).crt"]).status == 0)
        }
    }

    /// The state of the certificate on the platform: `PATCH` and `DELETE` as another user of the platform would.
    private func disown(_ retrieval: Retrieval) throws {
        let text = try retrieval.openssl(["x509", "-in", "certs/f60c28.crt", "-noout", "-fingerprint", "-sha256"])
        let fingerprint =
            text.split(separator: "=").last.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) } ?? ""
        let answer = try retrieval.sandbox.request(
            "DELETE", "/x509/v1/certificates/\(fingerprint)/belongsto", token: retrieval.sandbox.logIn())
        #expect(answer.status == 204)
    }

    @Test("a certificate that lost its device is found by diagnose, and associated again without a new key")
    func association() throws {
        let retrieval = try Retrieval(on: "0.8")
        // Another certificate of the device does not count.
        try FileManager.default.moveItem(
            atPath: retrieval.folder.path("certs"), toPath: retrieval.folder.path("first"))
        #expect(
            try retrieval.run("f60c28", ["--broker", retrieval.sandbox.ready.mqtts, "--key-type", "p256"]).status == 0)
        let serial = try retrieval.serial()
        try disown(retrieval)

        let without = try retrieval.program(["diagnose", "f60c28", "--json"], environment: [:])
        let likely = try DiagnosisAnswer(without)
        #expect(without.status == 77)
        #expect(likely.cause?.code == "connack.unassociated", "\(without.stdout)")
        #expect(likely.cause?.cure == "dojot-device diagnose f60c28 --login", "\(without.stdout)")

        let with = try retrieval.program(["diagnose", "f60c28", "--login", "--json"])
        let cause = try #require(try DiagnosisAnswer(with).cause)
        #expect(with.status == 77)
        #expect(cause.code == "entity.unassociated", "\(with.stdout)")
        #expect(cause.cure == "dojot-device retrieve-cert \(retrieval.sandbox.ready.gateway) f60c28")

        let again = try retrieval.run("f60c28")
        #expect(again.status == 0, "\(again.stderr)")
        #expect(again.stdout.contains("identity already there, its certificate is associated with the device again"))
        #expect(try retrieval.serial() == serial)
        try publishes(retrieval, "associated again")
        #expect(try retrieval.run("f60c28").stdout.contains("nothing changed"))
    }

    @Test("a revoked certificate is not called complete where the platform can be asked")
    func revokedElsewhere() throws {
        let retrieval = try Retrieval(on: "0.8")
        let text = try retrieval.openssl(["x509", "-in", "certs/f60c28.crt", "-noout", "-fingerprint", "-sha256"])
        let fingerprint =
            text.split(separator: "=").last.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) } ?? ""
        let answer = try retrieval.sandbox.request(
            "DELETE", "/x509/v1/certificates/\(fingerprint)", token: retrieval.sandbox.logIn())
        #expect(answer.status == 204)
        let outcome = try retrieval.run("f60c28")
        #expect(outcome.status == 65)
        #expect(outcome.stderr.contains("the platform has no certificate \(try retrieval.serial()) of f60c28"))
        // Without a login, or a platform, the files are all that can be checked.
        #expect(try retrieval.run("f60c28", environment: ["DOJOT_USERNAME": "", "DOJOT_PASSWORD": ""]).status == 0)
        retrieval.sandbox.stop()
        #expect(try retrieval.run("f60c28", ["--timeout", "2"]).status == 0)
    }

    @Test("a fleet is provisioned and simulated", arguments: RunningSandbox.releases)
    func fleet(release: String) throws {
        let fleet = try FleetFolder(on: release, devices: FleetFolder.ids(3))
        #expect(try fleet.summary(["--all-devices", "--broker", fleet.retrieval.sandbox.ready.mqtts]).provisioned == 3)
        let run = try FleetFolder.Run(
            fleet.simulate(["--interval", "500ms", "--duration", "3s", "n=counter", "--json"]))
        #expect(run.mostConnected == 3 && run.total.lost == 0)
        #expect(run.total.operations.values.allSatisfy { $0.failures.isEmpty })
    }
}
