import Foundation
import TestSupport
import Testing

/// The profile of an identity is changed without a new key: by retrieve-cert, fleet provision and profile set.
@Suite("the profile of an identity that is there") struct ProfileChangeTests {
    private func file(_ retrieval: Retrieval, _ part: String) throws -> String {
        try retrieval.folder.read("certs/f60c28.\(part)")
    }

    @Test("retrieve-cert applies --broker and --broker-kind, and says so", arguments: RunningSandbox.releases)
    func retrieveCert(release: String) throws {
        let retrieval = try Retrieval(on: release, broker: "localhost:1")
        let (key, certificate) = (try file(retrieval, "key"), try file(retrieval, "crt"))
        #expect(try retrieval.program(["publish", "attrs", "f60c28", "a=1"]).status == 69)
        let changed = try retrieval.run("f60c28", ["--broker", retrieval.sandbox.ready.mqtts])
        #expect(changed.status == 0, "\(changed)")
        #expect(changed.stdout.contains("its broker is changed; key and certificate are the same"), "\(changed)")
        #expect(changed.stdout.contains("broker \(retrieval.sandbox.ready.mqtts)\n"), "\(changed)")
        #expect(try (file(retrieval, "key"), file(retrieval, "crt")) == (key, certificate))
        #expect(try retrieval.program(["publish", "attrs", "f60c28", "a=1"]).status == 0)
        let again = try retrieval.run("f60c28", ["--broker", retrieval.sandbox.ready.mqtts])
        #expect(again.stdout.contains("nothing changed"), "\(again)")
        let kind = try retrieval.run("f60c28", ["--broker-kind", release == "0.4" ? "vernemq" : "mosca"])
        #expect(kind.stdout.contains("its broker is changed"), "\(kind)")
        let json = try retrieval.run("f60c28", ["--broker", "localhost:2", "--json"])
        #expect(json.stdout.contains(#""result":"broker-changed""#), "\(json)")
        // The way back leads to the certificate before, as ever.
        #expect(try retrieval.program(["renew", "f60c28", "--force"]).status == 0)
        _ = try retrieval.run("f60c28", ["--broker", "localhost:3"])
        #expect(try retrieval.program(["renew", "f60c28", "--rollback"]).status == 0)
        #expect(try file(retrieval, "crt") == certificate)
    }

    @Test("of a profile that another program put in place, too")
    func plainFiles() throws {
        let retrieval = try Retrieval(on: "0.8", broker: "localhost:1")
        let copy = "cp --remove-destination certs/.identities/f60c28/1/f60c28.json certs/"
        _ = try Child.run("/bin/sh", ["-c", copy], in: retrieval.folder.path)
        let outcome = try retrieval.run("f60c28", ["--broker", "localhost:2"])
        #expect(outcome.stdout.contains("broker localhost:2\n"), "\(outcome)")
        #expect(try file(retrieval, "json").contains("localhost"))
        #expect(try retrieval.run("f60c28").stdout.contains("broker localhost:2\n"))
    }

    @Test("localhost and 127.0.0.1 with the same port are one gateway")
    func loopback() throws {
        let retrieval = try Retrieval(on: "0.8", devices: ["f60c28"])
        let gateway = retrieval.sandbox.ready.gateway
        let other = gateway.replacingOccurrences(of: "127.0.0.1", with: "localhost")
        #expect(other != gateway)
        let kept = try retrieval.program(["retrieve-cert", other, "f60c28"])
        #expect(kept.status == 0 && kept.stdout.contains("nothing changed"), "\(kept)")
        #expect(try retrieval.program(["device", "create", "b", "--attr", "t:float", "--gateway", other]).status == 0)
        let second = try retrieval.program(["device", "list", "--gateway", other]).stdout.split(separator: "\n").last
        let id = String(second?.prefix { $0 != " " } ?? "")
        #expect(try retrieval.program(["retrieve-cert", other, id, "--key-type", "p256"]).status == 0)
        let all = try retrieval.program(["renew", "--all", "--force"])
        #expect(all.status == 0 && all.stdout.contains("2 devices: 2 renewed"), "\(all)")
    }

    @Test("profile set changes gateway and broker, profile show prints them")
    func set() throws {
        let retrieval = try Retrieval(on: "1.0", broker: "localhost:1")
        let (key, gateway) = (try file(retrieval, "key"), retrieval.sandbox.ready.gateway)
        let changed = try retrieval.program(
            ["profile", "set", "f60c28", "--broker", retrieval.sandbox.ready.mqtts], environment: [:])
        #expect(changed.status == 0, "\(changed)")
        #expect(changed.stdout.contains("  broker       \(retrieval.sandbox.ready.mqtts)  vernemq\n"), "\(changed)")
        #expect(try file(retrieval, "key") == key)
        #expect(try retrieval.program(["publish", "attrs", "f60c28", "a=1"]).status == 0)
        let same = try retrieval.program(["profile", "set", "f60c28", "--broker", retrieval.sandbox.ready.mqtts])
        #expect(same.stderr == "nothing changed\n", "\(same)")
        let other = gateway.replacingOccurrences(of: "127.0.0.1", with: "localhost")
        #expect(try retrieval.program(["profile", "set", "f60c28", "--gateway", other + "/"]).status == 0)
        let shown = try retrieval.program(["profile", "show", "f60c28"])
        #expect(shown.stdout.hasPrefix("f60c28 of admin\n  gateway      \(other)  x509, CA IOTmidCA\n"), "\(shown)")
        #expect(shown.stdout.contains("  login        keycloak, client dev-test-cli\n"), "\(shown)")
        #expect(try retrieval.program(["renew", "f60c28", "--force"]).status == 0)
        let json = try retrieval.program(["profile", "show", "admin:f60c28", "--json"])
        #expect(json.stdout.contains(#""host":"localhost""#), "\(json)")
        let nothing = try retrieval.program(["profile", "set", "f60c28"])
        #expect(nothing.status == 64 && nothing.stderr.contains("there is nothing to set"), "\(nothing)")
        #expect(try retrieval.program(["profile", "set", "a1b2c3", "--broker", "b"]).status == 66)
        #expect(!FileManager.default.fileExists(atPath: retrieval.folder.path("certs/.identities/a1b2c3")))
    }

    @Test("fleet provision applies --broker to devices that are done")
    func fleet() throws {
        let fleet = try FleetFolder(on: "0.8", devices: FleetFolder.ids(3))
        #expect(try fleet.summary(["--all-devices", "--broker", "localhost:1"]).provisioned == 3)
        let changed = try fleet.run(["--all-devices", "--broker", "localhost:2"])
        #expect(changed.stdout.contains("  broker  localhost:2 in 3 profiles that were there\n"), "\(changed)")
        #expect(try fleet.summary(["--all-devices", "--broker", "localhost:2"]).doneBefore == 3)
        #expect(try fleet.summary(["--all-devices"]).doneBefore == 3)
    }
}
