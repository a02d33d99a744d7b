import Dojot
import Enrollment
import Foundation
import MQTT
import TestSupport
import Testing

@testable import Fleet

/// What is to happen to certificates, and when.
@Suite("The agenda of a fleet's certificates")
struct CertificateAgendaTests {
    private func plan(_ texts: [CertificateEvent.Kind: String], devices: Int) throws -> ScenarioPlan {
        let events = try texts.flatMap { try CertificateEvent.list($0, $1) }
        return try ScenarioPlan(events, devices: devices, seed: 1)
    }

    @Test("times count from the run's start, and what was due before one joined is left out")
    func late() throws {
        let devices = try DeviceList((0..<4).map { try DeviceName("d\($0)") })
        let agenda = try CertificateAgenda(
            plan([.renew: "2 at 10s over 10s, 1 at 30s"], devices: 4), of: devices,
            in: CredentialStore(directory: "nowhere"), as: nil, rest: 0)
        let begin = MonotonicTime.after(-15)
        #expect(agenda.entries(since: begin, from: begin).map(\.time) == [10, 20, 30])
        #expect(agenda.entries(since: begin, from: .now).map(\.time) == [20, 30])
        #expect(agenda.entries(since: begin, from: .after(100)).isEmpty)
    }

    @Test("a certificate that is to run out is read once, and happens no sooner than that")
    func expiry() throws {
        let ids = FleetFolder.ids(2)
        let fleet = try FleetFolder(on: "0.8", devices: ids, ["--certificate-life", "600"])
        _ = try fleet.summary(["--all-devices"])
        let devices = try DeviceList(ids.map { try DeviceName($0) })
        let store = CredentialStore(directory: fleet.retrieval.folder.path("certs"))
        let plan = try plan([.expire: "1 at 5s, 1 at 20m"], devices: 2)
        let agenda = try CertificateAgenda(plan, of: devices, in: store, as: nil, rest: 3600)
        for id in ids { try FileManager.default.removeItem(atPath: fleet.retrieval.folder.path("certs/\(id).crt")) }
        let times = agenda.entries(since: .after(-100), from: .now).map(\.time)
        #expect(times.count == 2 && (600...702).contains(times[0]) && times[1] == 1200, "\(times)")
        // The end of a certificate counts, whatever was planned before it.
        #expect(agenda.entries(since: .after(-2000), from: .after(-100)).count == 2)
        #expect(agenda.entries(since: .after(-2000), from: .after(700)).isEmpty)

        let late = try FleetFolder(on: "0.8", devices: ids)
        _ = try late.summary(["--all-devices"])
        let error = #expect(throws: FleetError.self) {
            try CertificateAgenda(
                plan, of: devices, in: CredentialStore(directory: late.retrieval.folder.path("certs")), as: nil,
                rest: 3600)
        }
        #expect(error?.code == .invalidDeclaration && error?.message.contains("is to run out, and holds until") == true)
    }
}
