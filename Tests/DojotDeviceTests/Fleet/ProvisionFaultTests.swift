import Foundation
import Glibc
import TestSupport
import Testing

/// What becomes of a fleet when some of it fails, or the platform is in trouble.
@Suite("fleet provision, when something fails")
struct ProvisionFaultTests {
    /// Not on 0.6, which signs for any name (x509-identity-mgmt v0.6.1, certificates-service.js).
    @Test("a device that fails is listed with its reason, the others go on", arguments: ["0.4", "0.8", "1.0"])
    func oneFails(release: String) throws {
        let ids = FleetFolder.ids(release != "0.4" ? 20 : 5)
        let fleet = try FleetFolder(on: release, devices: ids)
        try fleet.retrieval.folder.write((ids + ["nobody", "other:abcdef"]).joined(separator: "\n"), to: "list.txt")
        let outcome = try fleet.run(["--from", "list.txt"])
        #expect(outcome.status == 1, "\(outcome.stderr)")
        #expect(outcome.stdout.hasPrefix("\(ids.count + 2) devices of admin: \(ids.count) provisioned, 2 failed\n"))
        #expect(outcome.stdout.contains("    1  platform.unknown-device: "))
        #expect(outcome.stderr.contains("dojot-device: error: 2 of \(ids.count + 2) devices failed\n"))
        #expect(outcome.stderr.contains("hint: what is wrong with each is in certs/failed.csv\n"))
        let failed = try fleet.retrieval.folder.read("certs/failed.csv").split(separator: "\n").sorted()
        #expect(failed[0] == "id,code,reason")
        #expect(failed[1].hasPrefix("nobody,platform.unknown-device,\"cannot "))
        #expect(failed[2].hasPrefix("other:abcdef,name.invalid,\"other:abcdef is not of the tenant admin"))
        #expect(fleet.certificates == ids)

        // The list of those that failed is a list of devices; the run does not write over what it reads.
        let over = try fleet.run(["--from", "certs/failed.csv"])
        #expect(over.status == 64 && over.stderr.contains("hint: mv certs/failed.csv again.csv, and give that"))
        try fleet.retrieval.folder.write(fleet.retrieval.folder.read("certs/failed.csv"), to: "again.csv")
        let again = try fleet.summary(["--from", "again.csv"], status: 1)
        #expect((again.devices, again.failed) == (2, 2))
        // Where nobody fails any more there is no list.
        try fleet.retrieval.folder.write(ids.joined(separator: "\n"), to: "list.txt")
        #expect(try fleet.summary(["--from", "list.txt"]).doneBefore == ids.count)
        #expect(!fleet.retrieval.folder.has("certs/failed.csv"))
    }

    @Test("a device whose id breaks the rule for names is listed with its reason, the others go on")
    func oddID() throws {
        // The sandbox makes no such device, so that its state is changed.
        let state = try TemporaryFolder()
        let options = ["--release", "0.8", "--dir", state.path("dojot"), "--device", "f60c28", "--device", "a1b2c3"]
        #expect(try RunningSandbox.start(options).stop().status == 0)
        let journal = try state.read("dojot/state.log").replacingOccurrences(of: "a1b2c3", with: "a1,\u{3A9}c3")
        chmod(try state.write(journal, to: "dojot/state.log"), 0o600)
        let retrieval = try Retrieval(["--release", "0.8", "--dir", state.path("dojot")])
        let outcome = try retrieval.program(
            ["fleet", "provision", retrieval.sandbox.ready.gateway, "--all-devices", "--key-type", "p256"])
        #expect(outcome.status == 1, "\(outcome)")
        #expect(outcome.stdout.hasPrefix("2 devices of admin: 1 provisioned, 1 failed\n"), "\(outcome)")
        let failed = try retrieval.folder.read("certs/failed.csv")
        #expect(failed.hasPrefix("id,code,reason\n\"a1,\u{3A9}c3\",name.invalid,\""), "\(failed)")
        #expect(try retrieval.holdsTogether("f60c28"))
    }

    /// On 0.6 the first signatures take two requests, the first of which is refused: the fault begins after them.
    @Test("what may work later ends with 75, and does", arguments: RunningSandbox.releases)
    func later(release: String) throws {
        let ids = FleetFolder.ids(["0.4": 4, "0.6": 24][release] ?? 10)
        let fleet = try FleetFolder(on: release, devices: ids)
        let isEarly = release == "0.6"
        try fleet.retrieval.inject("\(Retrieval.signing(on: release)) drop count=2 after=\(isEarly ? 16 : 0)")
        let first = try fleet.summary(["--all-devices"] + (isEarly ? ["--concurrency", "1"] : []), status: 75)
        #expect(first.failed == 2 && first.provisioned == ids.count - 2)
        #expect(first.failures.map(\.code) == ["gateway.lost"] && first.failures[0].mayWorkLater)
        // Their certificates were signed: they are found again, and not signed for twice.
        let second = try fleet.summary(["--all-devices"])
        #expect((second.provisioned, second.recovered, second.doneBefore) == (2, 2, ids.count - 2))
        #expect(try fleet.allHoldTogether(ids))
        #expect(try fleet.signed(ids) == ids.count)
    }

    @Test("where the platform asks to wait all of it waits, and nothing fails", arguments: RunningSandbox.releases)
    func waits(release: String) throws {
        let ids = FleetFolder.ids(release != "0.4" ? 24 : 6)
        let fleet = try FleetFolder(on: release, devices: ids)
        let signing = Retrieval.signing(on: release)
        // Far more often than a single request is repeated.
        try fleet.retrieval.inject("\(signing) status=429 retry-after=1 count=40")
        let start = Date()
        let summary = try fleet.summary(["--all-devices", "--concurrency", "8", "--timeout", "3"])
        #expect(summary.provisioned == ids.count)
        #expect(summary.failed == 0)
        // Eight at work use up at most eight of the forty in each second.
        #expect(Date().timeIntervalSince(start) >= (release != "0.4" ? 4 : 1))
        #expect(try fleet.signed(ids) == ids.count)
    }

    @Test("a wait that is too long ends it, and says for how long")
    func tooLong() throws {
        let fleet = try FleetFolder(on: "0.8", devices: FleetFolder.ids(30))
        try fleet.retrieval.inject("POST /x509/v1/certificates status=503 retry-after=7200")
        let outcome = try fleet.run(["--all-devices", "--json"])
        #expect(outcome.status == 75, "\(outcome.stderr)")
        #expect(outcome.stderr.contains("(it asks to wait 7200 s)"), "\(outcome.stderr)")
        #expect(outcome.stderr.contains("hint: run it again in 7200 s\n"), "\(outcome.stderr)")
        #expect(try FleetFolder.summary(outcome).left == 30)
    }

    @Test("a login that lasts two seconds is renewed as often as it takes", arguments: RunningSandbox.releases)
    func shortLogins(release: String) throws {
        let ids = FleetFolder.ids(release != "0.4" ? 24 : 6)
        let fleet = try FleetFolder(on: release, devices: ids, ["--token-life", "2"])
        // On 0.6 the first signature takes two requests, which must not take longer than the login lasts.
        let delay = release == "0.6" ? 0.7 : 1.5
        try fleet.retrieval.inject("\(Retrieval.signing(on: release)) delay=\(delay)")
        let summary = try fleet.summary(["--all-devices", "--concurrency", release != "0.4" ? "8" : "2"])
        #expect(summary.provisioned == ids.count)
        #expect(summary.seconds > (release == "0.6" ? 2 : 4))
        #expect(try fleet.signed(ids) == ids.count)
    }

    @Test("a token alone cannot be renewed: the run ends when it expires, and the next goes on")
    func token() throws {
        let ids = FleetFolder.ids(40)
        let fleet = try FleetFolder(on: "0.8", devices: ids, ["--token-life", "3"])
        try fleet.retrieval.inject("POST /x509/v1/certificates delay=0.5")
        let words = fleet.words(["--all-devices", "--concurrency", "2", "--json"])
        let outcome = try fleet.retrieval.program(
            words, environment: ["DOJOT_TOKEN": try fleet.retrieval.sandbox.logIn()])
        #expect(outcome.status == 77, "\(outcome.stderr)")
        #expect(outcome.stderr.contains("the token has expired, and there is no password to log in again"))
        let first = try FleetFolder.summary(outcome)
        #expect(first.provisioned > 0 && first.left > 0 && first.failed == 0)
        try fleet.retrieval.mend()
        let second = try fleet.summary(["--all-devices"])
        #expect(second.doneBefore == first.provisioned && second.provisioned == first.left)
        #expect(try fleet.signed(ids) == ids.count)
    }

    @Test("a gateway that goes away ends it early: the devices left are not tried one by one")
    func gatewayGone() throws {
        let fleet = try FleetFolder(on: "0.8", devices: FleetFolder.ids(400))
        try fleet.retrieval.inject("POST /x509/v1/certificates delay=0.2")
        let child = try fleet.start(["--all-devices", "--concurrency", "16", "--timeout", "2", "--json"])
        #expect(fleet.wait(for: 20))
        fleet.retrieval.sandbox.stop()
        let outcome = child.wait(timeout: 120)
        #expect(outcome.status == 69, "\(outcome.stderr)")
        let summary = try FleetFolder.summary(outcome)
        #expect(summary.left > 0 && summary.failed < 100)
        #expect(summary.failures.contains { $0.code == "gateway.connect" })
        #expect(try fleet.retrieval.folder.read("certs/failed.csv").contains(",gateway.connect,"))
    }
}
