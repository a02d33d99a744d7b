import Foundation
import TestSupport
import Testing

/// The units in scripts/systemd, by systemd's own check.
struct SystemdTests {
    private let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("scripts/systemd").path

    /// The units with the program where it is here; systemd says where it is missing.
    private func installed(in place: TemporaryFolder) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { name in
            let unit = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
            return try place.write(
                unit.replacingOccurrences(of: "/usr/local/bin/dojot-device", with: Programs.path("dojot-device")),
                to: name)
        }
    }

    @Test("systemd finds nothing wrong with them")
    func areUnderstood() throws {
        let program = try #require(Programs.installed("systemd-analyze"))
        let place = try TemporaryFolder()
        let units = try installed(in: place)
        #expect(
            units.map { URL(fileURLWithPath: $0).lastPathComponent } == [
                "dojot-device-renew.service", "dojot-device-renew.timer",
            ])
        let outcome = try Child.run(program, ["verify"] + units, timeout: 30)
        #expect(outcome.status == 0, "\(outcome.stderr)")
        #expect(outcome.stderr == "")
        // It does say what is wrong, where something is.
        try place.write("[Service]\nExecStart=/usr/bin/nowhere\nPrivateTmpp=yes\n", to: "wrong.service")
        #expect(try Child.run(program, ["verify", place.path("wrong.service")], timeout: 30).status != 0)
    }

    @Test("the service is shut in, and the timer spreads a fleet")
    func areSafe() throws {
        let program = try #require(Programs.installed("systemd-analyze"))
        let place = try TemporaryFolder()
        let units = try installed(in: place)
        // At most 2.0 of 10, in tenths.
        let outcome = try Child.run(program, ["security", "--offline=true", "--threshold=20", units[0]], timeout: 30)
        #expect(outcome.status == 0, "\(outcome.stdout.suffix(200)) \(outcome.stderr)")
        let timer = try String(contentsOfFile: units[1], encoding: .utf8)
        #expect(timer.contains("\nRandomizedDelaySec="))
    }
}
