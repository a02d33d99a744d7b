import Dojot
import Enrollment
import Fleet
import Foundation
import MQTT
import Payload
import TestSupport
import Testing

/// Devices of a fleet whose identity is missing, or cannot be read.
@Suite("A fleet with devices that have no identity")
struct FleetAbsenceTests {
    private let fleet: FleetFolder
    private let ids = FleetFolder.ids(4)

    init() throws {
        fleet = try FleetFolder(on: "0.8", devices: ids)
        _ = try fleet.summary(["--all-devices", "--broker", fleet.retrieval.sandbox.ready.mqtts])
    }

    @Test("each is told once, and the others go on")
    func summary() throws {
        let folder = fleet.retrieval.folder
        try FileManager.default.removeItem(atPath: folder.path("certs/.identities/\(ids[2])/1/\(ids[2]).crt"))
        try folder.write("no key", to: "certs/.identities/\(ids[3])/1/\(ids[3]).key")
        let list = try folder.write((["nobody"] + ids).joined(separator: "\n"), to: "list")
        let arguments = ["--from", list, "--interval", "200ms", "--duration", "4s", "n=counter"]
        let run = try FleetFolder.Run(fleet.simulate(arguments + ["--json"]))
        let connect = try #require(run.total.operations["connect"])
        // In four seconds each would have been tried four times or more.
        #expect(connect.failed == 3 && connect.failures.values.allSatisfy { $0 == 1 }, "\(connect.failures)")
        #expect(connect.failures["identity.notFound"] == 1 && connect.failures["identity.incomplete"] == 1)
        #expect(connect.succeeded == 2 && run.mostConnected == 2)
        let outcome = try fleet.simulate(arguments)
        #expect(outcome.status == 0)
        #expect(
            outcome.stdout.contains("  absent    3 of 5 devices: no identity that can be read, see these failures\n"),
            "\(outcome.stdout)")
    }

    @Test("one whose files come is there then")
    func appears() throws {
        let store = CredentialStore(directory: fleet.retrieval.folder.path("certs")).listingOnce()
        let profile = fleet.retrieval.folder.path("certs/\(ids[1]).json")
        let aside = fleet.retrieval.folder.path("aside.json")
        try FileManager.default.moveItem(atPath: profile, toPath: aside)
        var settings = SimulationSettings(
            devices: try DeviceList(ids.map { try DeviceName($0) }), store: store,
            behaviour: DeviceBehaviour(attributes: try PayloadTemplate([])))
        settings.pace = .never
        settings.absence = Backoff(initial: 0.2, maximum: 0.2)
        let simulated = try SimulatedFleet(FleetPreparation(settings))
        defer { simulated.stop() }
        simulated.target = ids.count
        var record = FleetRecord()
        func wait(for count: Int) {
            let end = Date(timeIntervalSinceNow: 30)
            while simulated.standing.allConnected < count, Date() < end { usleep(20_000) }
            record.add(simulated.takeRecord())
        }
        wait(for: ids.count - 1)
        usleep(600_000)
        #expect(simulated.standing.allConnected == ids.count - 1)
        try FileManager.default.moveItem(atPath: aside, toPath: profile)
        wait(for: ids.count)
        #expect(simulated.standing.allConnected == ids.count)
        #expect(record.total[.connect].failures == ["identity.noProfile": 1])
    }
}
