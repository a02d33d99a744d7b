import Foundation
import TestSupport
import Testing

/// Signals before a provisioning has begun with the devices themselves.
@Suite("fleet provision, ended while it waits for the platform")
struct ProvisionSignalTests {
    @Test(
        "the exit code says by which signal",
        arguments: [
            ("POST /auth stall", "--all-devices"), ("GET /x509/v1/ca stall", "--all-devices"),
            ("GET /device stall", "--all-devices"), ("POST /device stall", "--create"),
        ], [(SIGTERM, 143), (SIGINT, 130)] as [(Int32, Int32)])
    func ends(fault: (rule: String, option: String), signal: (number: Int32, status: Int32)) throws {
        let fleet = try FleetFolder(on: "0.8", devices: FleetFolder.ids(2), ["--fault", fault.rule])
        let child = try fleet.start([fault.option] + (fault.option == "--create" ? ["5"] : []))
        #expect(try fleet.retrieval.wait(for: fault.rule))
        child.signal(signal.number)
        let outcome = child.wait(timeout: 20)
        #expect(outcome.status == signal.status, "\(outcome.stderr)")
        #expect(fleet.certificates.isEmpty)
    }
}
