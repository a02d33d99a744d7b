import Foundation
import TestSupport
import Testing

/// A provisioning that was cut off, and the same command again.
@Suite("fleet provision, cut off and run again")
struct ProvisionResumptionTests {
    @Test(
        "killed again and again, it signs nothing twice, and completes every device", arguments: RunningSandbox.releases
    )
    func killed(release: String) throws {
        let ids = FleetFolder.ids(release != "0.4" ? 60 : 9)
        let fleet = try FleetFolder(on: release, devices: ids)
        // So that it is caught at all stages: with the request under way, and with its answer.
        try fleet.retrieval.inject("\(Retrieval.signing(on: release)) delay=0.15")
        let words = ["--all-devices", "--concurrency", "6"]
        for share in [1, 3, 5, 7] {
            let child = try fleet.start(words)
            #expect(fleet.wait(for: ids.count * share / 9))
            child.signal(SIGKILL)
            #expect(child.wait().status == 128 + SIGKILL)
        }
        let before = fleet.certificates
        #expect(before.count < ids.count)
        let serials = try before.map { try fleet.retrieval.serial(of: $0) }
        let last = try fleet.summary(words)
        #expect(last.doneBefore + last.kept + last.provisioned == ids.count)
        // With RSA keys most of them wait for one when it is killed: there need not be a request under way.
        #expect(release == "0.4" || last.resumed > 0)
        #expect(fleet.certificates == ids)
        #expect(try before.map { try fleet.retrieval.serial(of: $0) } == serials)
        #expect(try fleet.allHoldTogether(ids))
        #expect(try fleet.signed(ids) == ids.count)
        #expect(try Set(fleet.journal("done")) == Set(ids))
    }

    @Test("killed while devices are made, it makes none twice", arguments: RunningSandbox.releases)
    func killedWhileMaking(release: String) throws {
        let fleet = try FleetFolder(on: release)
        try fleet.retrieval.inject("POST /device delay=0.5 after=1 count=1")
        let words = ["--create", "210", "--label-prefix", "probe"]
        let child = try fleet.start(words)
        let end = Date(timeIntervalSinceNow: 60)
        while ((try? fleet.journal("batch").count) ?? 0) < 2, Date() < end { usleep(1000) }
        child.signal(SIGKILL)
        _ = child.wait()
        #expect(try fleet.journal("made").count == 100)
        // The platform makes the second batch all the same; where it is killed again, keys and all are still to come.
        let second = try fleet.start(words)
        while ((try? fleet.journal("made").count) ?? 0) < 210, Date() < end { usleep(1000) }
        second.signal(SIGKILL)
        _ = second.wait()
        #expect(try fleet.platformDevices().count == 211)
        #expect(try Set(fleet.journal("made").map { $0.split(separator: "\t")[2] }).count == 210)
        #expect(try fleet.journal("template").count == 1)
        guard release != "0.4" else { return }
        let summary = try fleet.summary(words)
        #expect(summary.doneBefore + summary.kept + summary.provisioned == 210)
        #expect(try fleet.platformDevices().count == 211)
        #expect(try fleet.signed([]) == 210)
    }

    @Test("Ctrl-C ends what is under way and says how to go on", arguments: [SIGINT, SIGTERM])
    func interrupted(signal: Int32) throws {
        let ids = FleetFolder.ids(60)
        let fleet = try FleetFolder(on: "0.8", devices: ids)
        try fleet.retrieval.inject("POST /x509/v1/certificates delay=0.3")
        let child = try fleet.start(["--all-devices", "--concurrency", "4", "--json"])
        #expect(fleet.wait(for: 5))
        child.signal(signal)
        let outcome = child.wait()
        #expect(outcome.status == 128 + signal, "\(outcome.stderr)")
        let summary = try FleetFolder.summary(outcome)
        #expect(outcome.stderr.contains("dojot-device: error: ended with \(summary.left) devices left\n"))
        #expect(outcome.stderr.contains("hint: run the same command again: it does what is left\n"))
        #expect(summary.failed == 0 && summary.left > 0)
        // What was under way has ended: nothing half is left behind.
        #expect(fleet.certificates.count == summary.provisioned)
        #expect(try fleet.signed(ids) == summary.provisioned)
        let pending = ids.filter { fleet.retrieval.folder.has("certs/.identities/\($0)/pending.pem") }
        #expect(pending.isEmpty)
        try fleet.retrieval.mend()
        let next = try fleet.summary(["--all-devices"])
        #expect((next.doneBefore, next.provisioned) == (summary.provisioned, summary.left))
        #expect(try fleet.signed(ids) == ids.count)
    }

    @Test("Ctrl-C twice, or an answer that does not come, ends it at once; the next run finds what was signed")
    func interruptedTwice() throws {
        let ids = FleetFolder.ids(20)
        let fleet = try FleetFolder(on: "0.8", devices: ids)
        try fleet.retrieval.inject("POST /x509/v1/certificates stall after=4")
        let child = try fleet.start(["--all-devices", "--concurrency", "4", "--json"])
        func areStalled() throws -> Bool {
            try fleet.retrieval.sandbox.request("GET", "/_sandbox/faults").body.contains(#""happened":4"#)
        }
        let end = Date(timeIntervalSinceNow: 60)
        while try !areStalled(), Date() < end { usleep(20_000) }
        try FleetFolder.interruptTwice(child)
        try fleet.retrieval.mend()
        let next = try fleet.summary(["--all-devices"])
        #expect(next.doneBefore + next.provisioned == 20 && next.resumed >= 4)
        #expect(try fleet.signed(ids) == 20)
        #expect(try fleet.allHoldTogether(ids))
    }

    @Test("a journal that is torn, or lost, costs no signature")
    func tornJournal() throws {
        let ids = FleetFolder.ids(12)
        let fleet = try FleetFolder(on: "0.8", devices: ids)
        #expect(try fleet.summary(["--all-devices"]).provisioned == 12)
        let text = try fleet.retrieval.folder.read("certs/provision.journal")
        try fleet.retrieval.folder.write(String(text.dropLast(4)), to: "certs/provision.journal")
        let torn = try fleet.summary(["--all-devices"])
        #expect((torn.doneBefore, torn.kept, torn.provisioned) == (11, 1, 0))
        #expect(try fleet.retrieval.folder.read("certs/provision.journal") == text)
        try FileManager.default.removeItem(atPath: fleet.retrieval.folder.path("certs/provision.journal"))
        let lost = try fleet.summary(["--all-devices"])
        #expect((lost.doneBefore, lost.kept, lost.provisioned) == (0, 12, 0))
        // Noted as done, but removed since.
        for part in ["key", "csr", "crt", "json"] {
            try FileManager.default.removeItem(atPath: fleet.retrieval.folder.path("certs/\(ids[3]).\(part)"))
        }
        try FileManager.default.removeItem(atPath: fleet.retrieval.folder.path("certs/.identities/\(ids[3])"))
        let removed = try fleet.summary(["--all-devices"])
        #expect((removed.doneBefore, removed.provisioned) == (11, 1))
        #expect(try fleet.signed(ids) == 13)
    }

    @Test("devices that are done cost no request")
    func noRequest() throws {
        let ids = FleetFolder.ids(10)
        let fleet = try FleetFolder(on: "0.8", devices: ids)
        #expect(try fleet.summary(["--all-devices"]).provisioned == 10)
        for rule in ["POST /x509/* status=500", "GET /x509/v1/certificates* status=500"] {
            try fleet.retrieval.inject(rule)
        }
        #expect(try fleet.summary(["--all-devices"]).doneBefore == 10)
        let answer = try fleet.retrieval.sandbox.request("GET", "/_sandbox/faults")
        #expect(answer.body.components(separatedBy: #""happened":0"#).count == 3, "\(answer.body)")
    }

    @Test("of two at once one says that the other is at work")
    func twoAtOnce() throws {
        let fleet = try FleetFolder(on: "0.8", devices: FleetFolder.ids(8))
        try fleet.retrieval.inject("POST /x509/v1/certificates delay=2")
        let first = try fleet.start(["--all-devices", "--concurrency", "2"])
        let end = Date(timeIntervalSinceNow: 30)
        while !fleet.retrieval.folder.has("certs/.identities"), Date() < end { usleep(2000) }
        let second = try fleet.run(["--all-devices"])
        #expect(second.status == 75, "\(second.stderr)")
        #expect(second.stderr.contains("error: another process provisions into certs\n"))
        #expect(first.wait().status == 0)
    }
}
