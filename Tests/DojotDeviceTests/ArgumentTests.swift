import Foundation
import TestSupport
import Testing

/// How the program receives the words of its command line.
@Suite("arguments") struct ArgumentTests {
    private func run(_ line: String, in folder: TemporaryFolder, _ environment: [String: String] = [:]) throws
        -> Outcome
    {
        // printf makes the byte, since a String of this test cannot have it.
        try Child.run(
            "/bin/sh", ["-c", "S=$(printf 'S\\343o'); " + line],
            environment: ["PATH": "\(Programs.folder.path):/usr/bin:/bin"].merging(environment) { $1 }, in: folder.path)
    }

    @Test("a word that is not UTF-8 is a usage error where text is meant")
    func refused() throws {
        let folder = try TemporaryFolder()
        for line in [
            "dojot-device publish attrs f60c28 \"text=$S\"", "dojot-device publish attrs -t \"$S\" -m x --raw",
            "dojot-device status --certs-dir \"$S\"", "DOJOT_CERTS_DIR=$S dojot-device status",
            "dojot-device retrieve-cert \"$S\" f60c28", "dojot-device \"$S\"", "dojot-device status \"--$S\"",
        ] {
            let outcome = try run(line, in: folder)
            #expect(outcome.status == 64, "\(line): \(outcome)")
            #expect(outcome.stderr.contains("S\\E3o"), "\(line): \(outcome)")
        }
    }

    @Test("a message keeps its bytes")
    func message() throws {
        let folder = try TemporaryFolder()
        let outcome = try run("dojot-device publish attrs -t t -m \"$S\" --raw --dry-run", in: folder)
        #expect(outcome.stdout == "mosquitto_pub -h localhost -p 1883 -t t -m $'S\\xe3o'\n", "\(outcome)")
        let json = try run("dojot-device publish attrs -t t -m \"{\\\"a\\\":\\\"$S\\\"}\" --dry-run", in: folder)
        #expect(json.status == 65, "\(json)")
    }

    @Test("a preloaded library that changes the environment does not hide the arguments")
    func preloaded() throws {
        let library = try #require(
            ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"].map { $0 + "/faketime/libfaketime.so.1" }
                .first { FileManager.default.fileExists(atPath: $0) })
        let folder = try TemporaryFolder()
        for program in ["dojot-device", "dojot-sandbox"] {
            let outcome = try run("\(program) --no-such-option", in: folder, ["LD_PRELOAD": library])
            #expect(outcome.status == 64, "\(program): \(outcome)")
        }
    }

    @Test("--dry-run prints no secret, and a line that works once the secrets are set")
    func dryRunSecrets() throws {
        let folder = try TemporaryFolder()
        let options = "-u me -P 'my secret' --proxy socks5h://you:his%20own@localhost:1080"
        let outcome = try run("dojot-device publish attrs -t t -m x --raw --dry-run \(options)", in: folder)
        #expect(
            outcome.stdout
                == "mosquitto_pub -h localhost -p 1883 -u me -P \"$PASSWORD\" "
                + "--proxy socks5h://you:\"$PROXY_PASSWORD\"@localhost:1080 -t t -m x\n", "\(outcome)")
        #expect(outcome.stderr.contains("set PASSWORD, PROXY_PASSWORD before you run it"))
        let key = try run(
            "dojot-device publish attrs -t t -m x --raw --dry-run --psk 0123abcd --psk-identity me", in: folder)
        #expect(key.stdout.contains("--psk \"$PSK\" --psk-identity me"), "\(key)")
        #expect(!(key.stdout + key.stderr).contains("0123abcd"))
    }
}
