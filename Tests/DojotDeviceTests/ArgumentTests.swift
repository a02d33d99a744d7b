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

    @Test(
        "a usage error names what is wrong, and the hint is the line that was meant",
        arguments: [
            ("publish f60c28 a=1", "unknown subcommand 'f60c28'", "dojot-device publish attrs f60c28 a=1"),
            ("subscribe f60c28", "unknown subcommand 'f60c28'", "dojot-device subscribe config f60c28"),
            (
                "subscribe -t x", "unknown option '-t'",
                "options stand after the subcommand: dojot-device subscribe config -t …"
            ),
            (
                "publish attrs a=1 f60c28", "the device comes before its attributes",
                "dojot-device publish attrs f60c28 a=1"
            ),
            ("publish attrs f60c28 a=1 -h host:1883", "'host:1883' is a host with a port", "-h host -p 1883"),
            ("subscribe config -t a -h host:1883", "'host:1883' is a host with a port", "-h host -p 1883"),
            ("diagnose f60c28 -h host:1883", "'host:1883' is a host with a port", "-h host -p 1883"),
            ("publish attrs -t t -m x --raw -h ''", "'' is no host name: it is empty", nil),
            ("publish attrs -t t -m x --raw -h 'a b'", "'a b' is no host name: it may have only", nil),
            ("publish attrs -t t -m x --raw -h .example.com", "begins with \".\"", nil),
            (
                "publish attrs -t t -m x --raw -h mqtts://host:8883",
                "'mqtts://host:8883' is no host name: it is a URL",
                "leave out the scheme: host:8883"
            ),
            (
                "retrieve-cert http://localhost:1 f60c28 --broker mqtts://localhost:8883", "it is a URL",
                "leave out the scheme: localhost:8883"
            ),
            ("retrieve-cert http://localhost:1 f60c28 --broker 'a b'", "'a b' is no HOST[:PORT]", nil),
            ("retrieve-cert http://localhost:1 f60c28 --broker '[::1'", "'[::1' is no HOST[:PORT]", nil),
            ("fleet provision http://localhost:1 --all-devices --broker http://b", "it is a URL", nil),
            ("fleet worker --master http://localhost:5557", "it is a URL", "leave out the scheme: localhost:5557"),
            ("subscribe config f60c28 -t ''", "a topic filter must not be empty", nil),
            (
                "device create b --attr t:flot --gateway http://localhost:1", "'flot' is no value type",
                "did you mean 't:float'?"
            ),
            (
                "device create b --actuator t:xyz --gateway http://localhost:1", "'xyz' is no value type",
                "the types are string, float, integer, bool, boolean, geo:point, object"
            ),
            ("publish attrs -t $(head -c 65536 /dev/zero | tr '\\0' a) -m x --raw", "the topic has 65536 bytes", nil),
            ("subscribe config -t $(head -c 65536 /dev/zero | tr '\\0' a)", "the topic has 65536 bytes", nil),
            (
                "retrieve-cert http://localhost:1 \"f60c28$(printf '\\r')\"", "device id \"f60c28\\0D\" may have only",
                nil
            ),
            (
                "device list --gateway \"http://localhost:1$(printf '\\r')\"",
                "\"http://localhost:1\\0D\" is no gateway", nil
            ),
        ] as [(String, String, String?)])
    func meant(line: String, message: String, hint: String?) throws {
        let outcome = try run("dojot-device \(line)", in: TemporaryFolder())
        #expect(outcome.status == 64, "\(outcome)")
        #expect(outcome.stderr.contains(message), "\(outcome)")
        if let hint { #expect(outcome.stderr.contains("hint: \(hint)\n"), "\(outcome)") }
    }

    @Test("an address in brackets, a message from - and a password after a byte order mark are accepted")
    func accepted() throws {
        let folder = try TemporaryFolder()
        let line = try run("dojot-device publish attrs -t t -m x --raw --dry-run -h '[::1]'", in: folder)
        #expect(line.stdout == "mosquitto_pub -h ::1 -p 1883 -t t -m x\n", "\(line)")
        let input = try run("echo '{\"a\":' | dojot-device publish attrs -t t -f -", in: folder)
        #expect(input.status == 65 && input.stderr.contains("standard input is no JSON object"), "\(input)")
        let sandbox = try RunningSandbox.start()
        let login = try run(
            "printf '\\357\\273\\277%s\\r\\n' '\(sandbox.ready.password)' | "
                + "dojot-device login \(sandbox.ready.gateway) --username admin --password-stdin", in: folder)
        #expect(login.status == 0, "\(login)")
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
