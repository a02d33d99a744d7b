import Foundation
import Glibc
import TestSupport
import Testing

/// Hints name what the user typed and what the files contain, and their commands help.
@Suite("hints") struct HintTests {
    private let retrieval: Retrieval
    private let broker: String

    init() throws {
        retrieval = try Retrieval()
        broker = String(retrieval.sandbox.ready.mqtts)
        let outcome = try retrieval.run("f60c28", ["--broker", broker])
        guard outcome.status == 0 else { throw SupportError("\(outcome)") }
    }

    private var gateway: String { retrieval.sandbox.ready.gateway }

    private func run(_ line: String, launcher: String = "") throws -> Outcome {
        try Child.run(
            "/bin/sh", ["-c", "\(launcher) \(line)"],
            environment: retrieval.sandbox.credentials.merging(["PATH": "\(Programs.folder.path):/usr/bin:/bin"]) {
                $1
            },
            in: retrieval.folder.path)
    }

    /// The command of the last hint.
    private func hint(_ outcome: Outcome) -> String {
        let lines = outcome.stderr.split(separator: "\n").filter { $0.hasPrefix("hint: ") }
        return PrintedCommand(String(lines.last?.dropFirst("hint: ".count) ?? "")).command ?? ""
    }

    private func write(_ content: String, to name: String) throws {
        unlink(retrieval.folder.path(name))
        try retrieval.folder.write(content, to: name)
    }

    @Test("after a revocation the hint has the gateway and the broker of the former profile")
    func afterRevocation() throws {
        #expect(try run("dojot-device revoke f60c28 --yes").status == 0)
        let publish = "dojot-device publish attrs f60c28 a=1"
        let refused = try run(publish)
        #expect(refused.status == 66)
        #expect(hint(refused) == "dojot-device retrieve-cert \(gateway) f60c28 --broker \(broker)", "\(refused)")
        #expect(try run(hint(refused)).status == 0)
        let published = try run(publish)
        #expect(published.status == 0, "\(published)")
    }

    @Test("where no identity of the device is here, the gateway is that of the others, else an instruction names it")
    func withoutIdentity() throws {
        let beside = try run("dojot-device publish attrs 77aa01 a=1")
        #expect(hint(beside) == "dojot-device retrieve-cert \(gateway) 77aa01", "\(beside)")
        let alone = try run("dojot-device publish attrs 77aa01 a=1 --certs-dir none")
        #expect(alone.stderr.contains("hint: set DOJOT_GATEWAY to the URL of dojot's gateway, then: "), "\(alone)")
        let named = try run("DOJOT_GATEWAY=\(gateway) dojot-device publish attrs 77aa01 a=1 --certs-dir none")
        #expect(hint(named) == "dojot-device retrieve-cert \(gateway) 77aa01 --certs-dir none", "\(named)")
    }

    enum AuthorityDamage: String, CaseIterable { case empty, garbage, other }

    @Test(
        "a CA file that is empty, broken or of another CA is mended by the hint, without a new key",
        arguments: AuthorityDamage.allCases)
    func authority(_ damage: AuthorityDamage) throws {
        let certificate = try retrieval.folder.read("certs/f60c28.crt")
        let broken =
            switch damage {
            case .empty: ""
            case .garbage: "garbage\n"
            case .other: try otherAuthority()
            }
        try write(broken, to: "certs/IOTmidCA.crt")
        let refused = try run("dojot-device publish attrs f60c28 a=1")
        #expect(refused.status == (damage == .other ? 77 : 65))
        if damage == .other {
            #expect(refused.stderr.contains(/another CA named CN = IOTmidCA \(key [0-9A-F:]{59}, not [0-9A-F:]{59}\)/))
        }
        for other in ["dojot-device diagnose f60c28", "dojot-device fleet simulate a=1 --duration 1s"] {
            let outcome = try run(other)
            let printed = outcome.stdout + outcome.stderr
            #expect(
                printed.contains("retrieve-cert \(gateway) f60c28\n") || printed.contains("diagnose f60c28"),
                "\(printed)")
        }
        #expect(hint(refused) == "dojot-device retrieve-cert \(gateway) f60c28", "\(refused)")
        let mended = try run(hint(refused))
        #expect(mended.status == 0, "\(mended)")
        #expect(try retrieval.folder.read("certs/f60c28.crt") == certificate)
        let published = try run("dojot-device publish attrs f60c28 a=1")
        #expect(published.status == 0, "\(published)")
        try write(broken, to: "certs/IOTmidCA.crt")
        let renewed = try run("dojot-device renew f60c28 --force")
        // A CA that differs is accepted only where the user says so.
        #expect(renewed.status == (damage == .other ? 73 : 0), "\(renewed)")
        if damage == .other {
            #expect(hint(renewed) == "dojot-device renew f60c28 --force --accept-new-ca", "\(renewed)")
            #expect(try run(hint(renewed)).status == 0)
        }
        #expect(try retrieval.holdsTogether())
    }

    private func otherAuthority() throws -> String {
        let openssl = try #require(Programs.installed("openssl"))
        let made = try Child.run(
            openssl,
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "/dev/null", "-subj", "/CN=IOTmidCA",
                "-days",
                "30",
            ])
        return made.stdout
    }

    @Test(
        "a broken file of the identity has a hint that mends it",
        arguments: [("key", 65, "f60c28 -w"), ("crt", 65, "f60c28 -w")] as [(String, Int32, String)])
    func brokenFile(part: String, status: Int32, words: String) throws {
        try write("garbage\n", to: "certs/f60c28.\(part)")
        chmod(retrieval.folder.path("certs/f60c28.\(part)"), 0o600)
        for command in ["publish attrs f60c28 a=1", "retrieve-cert \(gateway) f60c28"] {
            let outcome = try run("dojot-device \(command)")
            #expect(outcome.status == status, "\(outcome)")
            #expect(!outcome.stderr.contains(".identities"), "\(outcome)")
            #expect(hint(outcome) == "dojot-device retrieve-cert \(gateway) \(words)", "\(outcome)")
        }
        #expect(try run("dojot-device retrieve-cert \(gateway) f60c28 -w").status == 0)
        #expect(try run("dojot-device publish attrs f60c28 a=1").status == 0)
    }

    @Test("a broken profile is written again, without a new key")
    func brokenProfile() throws {
        let certificate = try retrieval.folder.read("certs/f60c28.crt")
        try write("{}", to: "certs/f60c28.json")
        let refused = try run("DOJOT_GATEWAY=\(gateway) dojot-device publish attrs f60c28 a=1")
        #expect(refused.status == 66)
        let mended = try run(hint(refused) + " --broker \(broker)")
        #expect(mended.status == 0, "\(refused), \(mended)")
        #expect(try retrieval.folder.read("certs/f60c28.crt") == certificate)
        #expect(try run("dojot-device publish attrs f60c28 a=1").status == 0)
    }

    @Test("where .identities is missing, all commands say the same")
    func withoutGenerations() throws {
        try FileManager.default.removeItem(atPath: retrieval.folder.path("certs/.identities"))
        for command in [
            "publish attrs f60c28 a=1", "simulate f60c28 a=1 --count 1", "renew f60c28", "renew --all",
            "revoke f60c28 --yes", "fleet simulate a=1 --duration 1s", "diagnose f60c28",
        ] {
            let outcome = try run("dojot-device \(command)")
            let printed = outcome.stdout + outcome.stderr
            #expect(printed.contains("certs/f60c28.key is a link to a missing file"), "\(command): \(printed)")
            #expect(outcome.status == 66, "\(command): \(outcome)")
        }
        #expect(try run("dojot-device status").stdout.contains("its files are links to missing files"))
    }

    @Test("the hint to diagnose examines the broker that was typed")
    func typedBroker() throws {
        let closing = try AnsweringService("", ending: .unheard)
        let place = "-h localhost -p \(closing.port)"
        let ofDevice = try run("dojot-device publish attrs f60c28 a=1 \(place) --timeout 5")
        #expect(hint(ofDevice) == "dojot-device diagnose f60c28 \(place)", "\(ofDevice)")
        let files = "--cafile certs/IOTmidCA.crt --cert certs/f60c28.crt --key certs/f60c28.key"
        let ofFiles = try run("dojot-device publish attrs -t a/b -m '{}' \(place) \(files) --timeout 5")
        #expect(hint(ofFiles) == "dojot-device diagnose \(place) \(files)", "\(ofFiles)")
    }

    @Test("a folder that cannot be made, and a broker's port in the gateway's place, have a hint")
    func wrongPlace() throws {
        try write("", to: "file")
        let folder = try run("dojot-device retrieve-cert \(gateway) f60c28 --certs-dir file/certs")
        #expect(folder.status == 73)
        #expect(folder.stderr.contains("hint: give a folder that this user can create"), "\(folder)")
        let port = try run("dojot-device login http://\(broker)")
        #expect(port.status == 75)
        #expect(port.stderr.contains("check the port: a broker closes"), "\(port)")
    }

    @Test("a folder that this user may not read is not an empty one", .enabled(if: geteuid() == 0))
    func unreadableFolder() throws {
        let nobody: uid_t = 65_534
        chown(retrieval.folder.path, nobody, nobody)
        chmod(retrieval.folder.path("certs"), 0o700)
        let launcher = "setpriv --reuid=\(nobody) --regid=\(nobody) --clear-groups"
        // A checkout below /root, say, is closed to others.
        guard try run("dojot-device --version", launcher: launcher).status == 0 else { return }
        for command in [
            "status", "status f60c28", "renew --all", "renew f60c28", "publish attrs f60c28 a=1",
            "fleet simulate a=1 --duration 1s", "retrieve-cert \(gateway) f60c28", "revoke f60c28 --yes",
        ] {
            let outcome = try run("dojot-device \(command)", launcher: launcher)
            #expect(outcome.status == 77, "\(command): \(outcome)")
            #expect(outcome.stderr.hasSuffix("hint: sudo chown -R \"$(id -u)\" certs\n"), "\(command): \(outcome)")
        }
        // The key's folder alone, as where the folder was there before the run under sudo.
        chown(retrieval.folder.path("certs"), nobody, nobody)
        let diagnosis = try run("dojot-device diagnose f60c28", launcher: launcher)
        #expect(diagnosis.stdout.hasSuffix("cure   sudo chown -R \"$(id -u)\" certs/.identities\n"), "\(diagnosis)")
    }

    @Test("a fleet of a platform that was set up anew is not taken for done")
    func otherPlatform() throws {
        try write("f60c28\n", to: "devices")
        let line = "dojot-device fleet provision \(gateway) --from devices"
        #expect(try run(line).status == 0)
        try write(try otherAuthority(), to: "certs/IOTmidCA.crt")
        let refused = try run(line)
        #expect(refused.status == 73, "\(refused)")
        #expect(hint(refused) == "mv certs certs.old", "\(refused)")
        #expect(try run(hint(refused)).status == 0)
        #expect(try run(line).status == 0)
    }

    @Test("where only a login would tell, the last line of a diagnosis is the command")
    func needsLogin() throws {
        let token = try retrieval.sandbox.logIn()
        let answer = try retrieval.sandbox.request("DELETE", "/device/f60c28", token: token)
        #expect((200...299).contains(answer.status), "\(answer)")
        let outcome = try run("dojot-device diagnose f60c28")
        let last = outcome.stdout.split(separator: "\n").last ?? ""
        #expect(last == "next   dojot-device diagnose f60c28 --login", "\(outcome)")
        let told = try run(String(last.dropFirst("next   ".count)))
        #expect(told.stdout.contains("cause  [device.unknown]"), "\(told)")
    }
}
