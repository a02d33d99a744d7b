import Foundation
import TestSupport
import Testing

/// `fleet provision` against the sandbox of either release.
@Suite("fleet provision")
struct ProvisionTests {
    @Test("a list and a table both name the devices, in the order given", arguments: RunningSandbox.releases)
    func fromFile(release: String) throws {
        let ids = FleetFolder.ids(release != "0.4" ? 30 : 6)
        let fleet = try FleetFolder(on: release, devices: ids)
        let half = ids.count / 2
        try fleet.retrieval.folder.write(
            "# the first half\n" + ids[..<half].joined(separator: "\n"), to: "list.txt")
        try fleet.retrieval.folder.write(
            "label,id\n" + ids[half...].map { "\"a, \"\"b\"\"\",\($0)\r\n" }.joined(), to: "table.csv")

        let first = try fleet.summary(["--from", "list.txt"])
        #expect((first.devices, first.provisioned, first.failed) == (half, half, 0))
        #expect(
            first.tenant == "admin" && first.platform == (release == "0.4" ? "ejbca" : "x509")
                && first.folder == "certs")
        let second = try fleet.summary(["--from", "table.csv"])
        #expect(second.provisioned == ids.count - half)
        #expect(fleet.certificates == ids)
        #expect(try fleet.allHoldTogether(ids))
        #expect(try fleet.signed(ids) == ids.count)
        #expect(!fleet.retrieval.folder.has("certs/failed.csv"))

        // A fleet's identities are those that retrieve-cert, status and publish know.
        let status = try fleet.retrieval.program(["status", "--json"])
        #expect(status.status == 0, "\(status.stdout) \(status.stderr)")
        #expect(try fleet.retrieval.run(ids[0]).stdout.contains("already there, checked, nothing changed"))
        let broker = fleet.retrieval.sandbox.ready.mqtts
        let published = try fleet.retrieval.program(
            [
                "publish", "attrs", ids[1], "temperature=21.5", "-h", "localhost", "-p",
                "\(broker.split(separator: ":")[1])",
            ])
        #expect(published.status == 0, "\(published.stderr)")
    }

    @Test("every device of the tenant", arguments: RunningSandbox.releases)
    func allDevices(release: String) throws {
        // More than a page of the device manager's list.
        let ids = FleetFolder.ids(release != "0.4" ? 60 : 5)
        let fleet = try FleetFolder(on: release, devices: ids)
        let summary = try fleet.summary(["--all-devices", "--with-tenant", "--broker", "broker.example:8884"])
        #expect(summary.provisioned == ids.count)
        #expect(fleet.certificates == ids.map { "admin:\($0)" })
        #expect(try fleet.allHoldTogether(ids.map { "admin:\($0)" }))
        let profile = try fleet.retrieval.folder.read("certs/admin:\(ids[0]).json")
        #expect(profile.contains(#""host" : "broker.example""#) && profile.contains("8884"))
        // From 0.7 on the platform leaves the tenant out.
        let name = ["0.4", "0.6"].contains(release) ? "admin:\(ids[0])" : ids[0]
        #expect(profile.contains(#""commonName" : "\#(name)""#))

        // One identity a device, by whichever of its names.
        let again = try fleet.summary(["--all-devices"])
        #expect((again.provisioned, again.kept) == (0, ids.count))
        #expect(fleet.certificates == ids.map { "admin:\($0)" })
    }

    @Test(
        "devices and their template are made once, and more where more are wanted", arguments: RunningSandbox.releases)
    func creates(release: String) throws {
        let fleet = try FleetFolder(on: release)
        let count = fleet.scale(24)
        try fleet.retrieval.folder.write(
            #"{"label": "probe", "attrs": [{"label": "level", "type": "dynamic", "value_type": "float"}]}"#,
            to: "template.json")
        let words = ["--label-prefix", "cellar probe", "--template", "template.json"]
        #expect(try fleet.summary(["--create", "\(count)"] + words).provisioned == count)
        #expect(try fleet.platformDevices().count == 1 + count)
        let shown = try fleet.retrieval.program(
            ["device", "show", fleet.certificates[0], "--json", "--gateway", fleet.retrieval.sandbox.ready.gateway])
        #expect(shown.stdout.contains("cellar probe-1") && shown.stdout.contains("level"), "\(shown)")

        let again = try fleet.summary(["--create", "\(count)"] + words)
        #expect((again.doneBefore, again.provisioned, again.kept) == (count, 0, 0))
        #expect(try fleet.platformDevices().count == 1 + count)
        let more = try fleet.summary(["--create", "\(count + 2)"] + words)
        #expect((more.doneBefore, more.provisioned) == (count, 2))
        let made = fleet.certificates
        #expect(made.count == count + 2)
        #expect(try fleet.signed(made) == count + 2)
        #expect(try fleet.journal("template").count == 1)
    }

    @Test("the certificates have what was asked for", arguments: RunningSandbox.releases)
    func options(release: String) throws {
        let ids = FleetFolder.ids(2)
        let fleet = try FleetFolder(on: release, devices: ids)
        let kind = release != "0.4" ? [] : ["--key-length", "3072"]
        let summary = try fleet.summary(["--all-devices", "--dns", "device.example", "--ip", "192.0.2.7"] + kind)
        #expect(summary.provisioned == 2)
        let text = try fleet.retrieval.openssl(["x509", "-in", "certs/\(ids[0]).crt", "-noout", "-text"])
        #expect(text.contains("DNS:device.example, IP Address:192.0.2.7"))
        #expect(text.contains(release != "0.4" ? "Public-Key: (256 bit)" : "Public-Key: (3072 bit)"))
    }

    @Test(
        "a key that was there, and an identity that another program left, are kept", arguments: RunningSandbox.releases)
    func keeps(release: String) throws {
        let ids = FleetFolder.ids(3)
        let fleet = try FleetFolder(on: release, devices: ids)
        let key = try fleet.retrieval.makeKey()
        try FileManager.default.createDirectory(
            atPath: fleet.retrieval.folder.path("certs"), withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: key, toPath: fleet.retrieval.folder.path("certs/\(ids[0]).key"))
        let present = try fleet.retrieval.run(ids[1], ["--key", key])
        #expect(present.status == 0, "\(present.stderr)")
        let serial = try fleet.retrieval.serial(of: ids[1])

        let summary = try fleet.summary(["--all-devices"])
        #expect((summary.provisioned, summary.kept) == (2, 1))
        #expect(try fleet.retrieval.folder.read("certs/\(ids[0]).key") == fleet.retrieval.folder.read("given.key"))
        #expect(try fleet.retrieval.serial(of: ids[1]) == serial)
        #expect(try fleet.allHoldTogether(ids))
    }
}
