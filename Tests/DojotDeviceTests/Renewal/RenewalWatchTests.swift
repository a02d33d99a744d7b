import Foundation
import TestSupport
import Testing

/// `renew --watch`, and what a service manager gives it.
@Suite("renew --watch")
struct RenewalWatchTests {
    @Test(
        "renews short-lived certificates in time, again and again, and ends cleanly by a signal",
        arguments: [SIGTERM, SIGINT])
    func renewsInTime(signal: Int32) throws {
        let retrieval = try Retrieval(
            on: "0.8", devices: ["abcdef", "f60c28"], ["--certificate-life", "15", "--token-life", "2"])
        let password = try retrieval.folder.write("\(retrieval.sandbox.ready.password)\n", to: "password")
        let watch = try Child.start(
            Programs.path("dojot-device"),
            ["renew", "--all", "--watch", "--expires-within", "10s", "-u", "admin", "--password-file", password],
            in: retrieval.folder.path)
        var seen: [String: Set<String>] = [:]
        let end = Date(timeIntervalSinceNow: 90)
        while Date() < end, seen.count < 2 || seen.values.contains(where: { $0.count < 3 }) {
            for device in ["abcdef", "f60c28"] {
                seen[device, default: []].insert(try retrieval.serial(of: device))
                // Whoever looks finds one that holds.
                _ = try retrieval.openssl(["x509", "-in", "certs/\(device).crt", "-noout", "-checkend", "0"])
            }
            usleep(200_000)
        }
        #expect(seen.values.allSatisfy { $0.count >= 3 }, "\(watch.errorSoFar)")
        watch.signal(signal)
        let outcome = watch.wait(timeout: 20)
        #expect(outcome.status == 0, "\(outcome.stderr)")
        #expect(!outcome.timedOut)
        #expect(outcome.stderr.contains("next: "))
        #expect(!outcome.stderr.contains("error"))
        #expect(try retrieval.holdsTogether())
    }

    @Test("goes on after a failure, and takes in what is new in the folder")
    func goesOn() throws {
        let retrieval = try Retrieval(on: "0.8", ["--certificate-life", "20"])
        let first = try retrieval.serial()
        try retrieval.inject("POST /x509/v1/certificates status=400 count=1")
        let watch = try retrieval.start(["renew", "--all", "--watch", "--expires-within", "18s"])
        try #require(watch.waitFor(error: "dojot-device: error: f60c28: "))
        try #require(watch.waitFor(output: "f60c28: renewed, "), "\(watch.errorSoFar)")
        #expect(try retrieval.serial() != first)
        watch.signal(SIGTERM)
        #expect(watch.wait(timeout: 20).status == 0)
    }

    @Test("a new certificate that is due at once is renewed after half of its life, with one warning")
    func dueAtOnce() throws {
        let retrieval = try Retrieval(on: "0.8", ["--certificate-life", "16"])
        let watch = try retrieval.start(["renew", "--all", "--watch", "--expires-within", "30d"])
        let start = Date()
        var serials: Set<String> = [try retrieval.serial()]
        while Date().timeIntervalSince(start) < 20 {
            serials.insert(try retrieval.serial())
            usleep(100_000)
        }
        // At once, and then every 8 s.
        #expect((3...5).contains(serials.count), "\(serials.count) \(watch.errorSoFar)")
        let warnings = watch.errorSoFar.components(separatedBy: "the new certificate is due already").count - 1
        #expect(warnings == 1, "\(watch.errorSoFar)")
        watch.signal(SIGTERM)
        #expect(watch.wait(timeout: 20).status == 0)
    }

    @Test("needs a password: a token would not hold, and nobody may be there to answer")
    func needsPassword() throws {
        let retrieval = try Retrieval(on: "0.8")
        let token = try retrieval.program(
            ["renew", "--all", "--watch"], environment: ["DOJOT_TOKEN": retrieval.sandbox.logIn()])
        #expect(token.status == 64)
        #expect(token.stderr.contains("--watch needs a password"))
        let setsid = try #require(Programs.installed("setsid"))
        let none = try Child.run(
            setsid, ["--wait", Programs.path("dojot-device"), "renew", "--all", "--watch"], in: retrieval.folder.path)
        #expect(none.status == 64)
        #expect(none.stderr.contains("hint: give "))
    }

    @Test("the systemd service's own command renews what is due, with the password as systemd hands it over")
    func systemdService() throws {
        let retrieval = try Retrieval(on: "0.4", ["--certificate-life", "60"])
        let unit = try String(
            contentsOf: Self.root.appendingPathComponent("scripts/systemd/dojot-device-renew.service"), encoding: .utf8)
        let command = try #require(unit.split(separator: "\n").first { $0.hasPrefix("ExecStart=") })
        let words = command.dropFirst("ExecStart=".count).replacingOccurrences(
            of: "/usr/local/bin/dojot-device", with: Programs.path("dojot-device"))
        #expect(unit.contains("\nLoadCredential=dojot-password:"))
        try retrieval.folder.write("\(retrieval.sandbox.ready.password)\n", to: "credentials/dojot-password")
        let first = try retrieval.serial()
        let outcome = try Child.run(
            "/bin/sh", ["-c", words],
            environment: [
                "CREDENTIALS_DIRECTORY": retrieval.folder.path("credentials"),
                "DOJOT_CERTS_DIR": retrieval.folder.path("certs"), "DOJOT_USERNAME": "admin",
            ])
        #expect(outcome.status == 0, "\(outcome.stderr)")
        #expect(outcome.stdout.hasPrefix("f60c28: renewed, "))
        #expect(try retrieval.serial() != first)
    }

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
}
