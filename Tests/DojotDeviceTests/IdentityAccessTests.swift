import Foundation
import Glibc
import TestSupport
import Testing

/// Identities whose files another user, or another program, has left behind.
@Suite("access to an identity") struct IdentityAccessTests {
    private static let isRoot = geteuid() == 0

    /// Runs the program in the folder of the identities by way of another program.
    private func run(_ launcher: [String], _ arguments: [String], _ retrieval: Retrieval) throws -> Outcome {
        let words =
            launcher + [Programs.path("dojot-device")]
            + arguments.map { $0 == "GATEWAY" ? retrieval.sandbox.ready.gateway : $0 }
        return try Child.run(
            words[0], Array(words.dropFirst()),
            environment: retrieval.sandbox.credentials.merging(["DOJOT_GATEWAY": retrieval.sandbox.ready.gateway]) {
                $1
            },
            in: retrieval.folder.path)
    }

    private static let commands: [(arguments: [String], status: Int32)] = [
        (["publish", "attrs", "f60c28", "a=1"], 66), (["subscribe", "config", "f60c28", "-W", "5"], 66),
        (["simulate", "f60c28", "a=1", "--count", "1"], 66), (["renew", "f60c28"], 66), (["renew", "--all"], 66),
        (["revoke", "f60c28", "--yes"], 66), (["status"], 0), (["retrieve-cert", "GATEWAY", "f60c28"], 73),
    ]

    @Test("a file that this user may not read is not a missing one")
    func unreadable() throws {
        let retrieval = try Retrieval()
        #expect(try retrieval.run().status == 0)
        let folder = retrieval.folder.path("certs/.identities")
        chmod(folder, 0)
        defer { chmod(folder, 0o700) }
        // Root reads everything, unless that is taken from it (capabilities(7)).
        let setpriv = try #require(Programs.installed("setpriv"))
        let launcher = Self.isRoot ? [setpriv, "--bounding-set=-dac_override,-dac_read_search"] : []
        for (arguments, status) in Self.commands {
            let outcome = try run(launcher, arguments, retrieval)
            let printed = outcome.stdout + outcome.stderr
            #expect(printed.lowercased().contains("permission denied"), "\(arguments): \(outcome)")
            #expect(!printed.contains("no identity"), "\(arguments): \(outcome)")
            #expect(outcome.status == status, "\(arguments): \(outcome)")
            if status != 0 { #expect(printed.contains("hint: chmod -R u+rwX "), "\(arguments): \(outcome)") }
        }
    }

    @Test("after one run under sudo the hint is to own the folder", .enabled(if: isRoot))
    func afterSudo() throws {
        let retrieval = try Retrieval()
        #expect(try retrieval.run().status == 0)
        let nobody: uid_t = 65_534
        chown(retrieval.folder.path, nobody, nobody)
        let setpriv = try #require(Programs.installed("setpriv"))
        let launcher = [setpriv, "--reuid=\(nobody)", "--regid=\(nobody)", "--clear-groups"]
        // A checkout below /root, say, is closed to others.
        guard try run(launcher, ["--version"], retrieval).status == 0 else { return }
        for arguments in [
            ["publish", "attrs", "f60c28", "a=1"], ["renew", "f60c28"], ["retrieve-cert", "GATEWAY", "f60c28"],
        ] {
            let outcome = try run(launcher, arguments, retrieval)
            #expect(outcome.stderr.contains("ermission denied"), "\(arguments): \(outcome)")
            #expect(outcome.stderr.hasSuffix("hint: sudo chown -R \"$(id -u)\" certs\n"), "\(arguments): \(outcome)")
        }
    }

    @Test("plain files in the place of the links are the identity, for every command")
    func restored() throws {
        let retrieval = try Retrieval()
        #expect(try retrieval.run("f60c28", ["--broker", retrieval.sandbox.ready.mqtts]).status == 0)
        let names = ["f60c28.key", "f60c28.crt", "f60c28.csr", "f60c28.json"]
        let backup = try names.map { try retrieval.folder.read("certs/\($0)") }
        #expect(try run([], ["renew", "f60c28", "--force"], retrieval).status == 0)
        for (name, content) in zip(names, backup) {
            let path = retrieval.folder.path("certs/\(name)")
            #expect(unlink(path) == 0)
            _ = try retrieval.folder.write(content, to: "certs/\(name)")
            chmod(path, name.hasSuffix("key") ? 0o600 : 0o644)
        }
        let line = try run([], ["publish", "attrs", "f60c28", "a=1", "--dry-run"], retrieval)
        #expect(line.stdout.contains("--cert certs/f60c28.crt --key certs/f60c28.key"), "\(line)")
        let published = try run([], ["publish", "attrs", "f60c28", "a=1"], retrieval)
        #expect(published.status == 0, "\(published)")
        let status = try run([], ["status", "--json"], retrieval)
        let serial = try Child.run(
            try #require(Programs.installed("openssl")),
            ["x509", "-in", retrieval.folder.path("certs/f60c28.crt"), "-noout", "-serial"]
        ).stdout.replacing("serial=", with: "").trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(
            status.stdout.replacing(":", with: "").replacing("-", with: "").contains(serial), "\(serial): \(status)")
        #expect(try run([], ["renew", "f60c28", "--force"], retrieval).status == 0)
        #expect(try retrieval.holdsTogether())
        #expect(try run([], ["renew", "f60c28", "--rollback"], retrieval).status == 0)
        #expect(try retrieval.folder.read("certs/f60c28.crt") == backup[1])
    }

    @Test("a file that others may write to is refused by every command that reads it")
    func writable() throws {
        let retrieval = try Retrieval()
        #expect(try retrieval.run().status == 0)
        for name in ["f60c28.key", "f60c28.crt", "f60c28.csr", "f60c28.json", "IOTmidCA.crt"] {
            let path = retrieval.folder.path("certs/\(name)")
            var before = stat()
            stat(path, &before)
            chmod(path, 0o666)
            for arguments in [
                ["publish", "attrs", "f60c28", "a=1"], ["renew", "f60c28"], ["retrieve-cert", "GATEWAY", "f60c28"],
            ] {
                let outcome = try run([], arguments, retrieval)
                #expect(outcome.status == 77, "\(name), \(arguments): \(outcome)")
                #expect(outcome.stderr.contains("hint: chmod go-w certs/"), "\(name), \(arguments): \(outcome)")
            }
            chmod(path, before.st_mode & 0o7777)
        }
        chmod(retrieval.folder.path("certs/IOTmidCA.crt"), 0o666)
        let anew = try run([], ["retrieve-cert", "GATEWAY", "f60c28", "-w"], retrieval)
        #expect(anew.status == 77, "\(anew)")
    }

    @Test("a connection whose identity is revoked ends, also where the broker gives no reason")
    func revokedMeanwhile() throws {
        let retrieval = try Retrieval(["--broker-tls", "silent"])
        let commands: [[String]] = [
            ["subscribe", "config", "f60c28", "-W", "60"],
            ["simulate", "f60c28", "a=1", "--every", "500ms", "--count", "500"],
            ["publish", "attrs", "f60c28", "-l"],
        ]
        for command in commands {
            #expect(try retrieval.run("f60c28", ["-w", "--broker", retrieval.sandbox.ready.mqtts]).status == 0)
            let child = try Child.start(
                Programs.path("dojot-device"), command, environment: retrieval.sandbox.credentials,
                in: retrieval.folder.path)
            // A silent front prints nothing of a connection: until it stands, the revocation would be found by the handshake.
            usleep(1_500_000)
            let revoked = try run([], ["revoke", "f60c28", "--yes"], retrieval)
            #expect(revoked.status == 0, "\(revoked)")
            let outcome = child.wait(timeout: 45)
            #expect(outcome.status == 77, "\(command): \(outcome)")
            #expect(outcome.stderr.contains(" f60c28 -w"), "\(command): \(outcome)")
        }
    }
}
