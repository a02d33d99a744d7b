import Foundation
import TestSupport
import Testing

/// How a diagnosis is shown and written down.
@Suite("A diagnosis in print")
struct DiagnosisOutputTests {
    @Test("comes line by line, as each step is done")
    func progress() throws {
        let silent = try FullBacklog()
        let child = try Child.start(
            Programs.path("dojot-device"),
            [
                "diagnose", "-h", "127.0.0.1", "-p", "\(silent.port)", "--cafile",
                DiagnosisBench.certificates.get().path("ca.crt"), "--timeout", "60",
            ], environment: ["LC_ALL": "C.UTF-8"])
        #expect(child.waitFor(output: "✓ dns      127.0.0.1\n"))
        #expect(child.isRunning)
        // Ctrl-C ends it at once, as it is.
        child.signal(SIGINT)
        #expect(child.wait(timeout: 10).status == 130)
    }

    @Test(
        "names the release of a gateway",
        arguments: [("0.4", "0.4"), ("0.6", "0.5, 0.6 or 0.7"), ("0.8", "0.8"), ("1.0", "1.0")])
    func release(release: String, shown: String) throws {
        let sandbox = try RunningSandbox.start(["--release", release])
        let outcome = try Child.run(Programs.path("dojot-device"), ["diagnose", sandbox.ready.gateway])
        #expect(outcome.stdout.contains("dojot \(shown): the gateway has /"), "\(outcome)")
    }

    @Test("is plain ASCII where the locale is", arguments: ["C", "POSIX", ""])
    func ascii(locale: String) throws {
        let bench = try DiagnosisBench()
        bench.environment = ["LC_ALL": locale, "LANG": "", "LC_CTYPE": ""]
        let outcome = try bench.run(bench.mosquitto(client: nil))
        #expect(outcome.stdout.utf8.allSatisfy { $0 < 0x80 })
        #expect(outcome.stdout.contains("\nok tcp      "), "\(outcome.stdout)")
        #expect(outcome.stdout.contains("\nno client   "))
        #expect(outcome.stdout.contains("\n-  connack  "))
    }

    @Test("has colours on a terminal, unless NO_COLOR is set")
    func colours() throws {
        for (isPlain, setting) in [(false, ""), (true, "1")] {
            let terminal = try PseudoTerminal(
                Programs.path("dojot-device"), ["diagnose", "-h", "127.0.0.1", "-p", "1"],
                environment: ["TERM": "xterm", "LC_ALL": "C.UTF-8", "NO_COLOR": setting])
            #expect(terminal.waitFor("cure "))
            #expect(terminal.screen.contains("\u{1B}[31m✗\u{1B}[0m tcp") == !isPlain, "\(terminal.screen)")
            #expect(terminal.screen.contains("✗ tcp") == isPlain)
        }
    }

    @Test("is written down without any key, password or token, for its owner's eyes")
    func bundle() throws {
        let bench = try DiagnosisBench()
        _ = try bench.platform()
        // A certificate's file that holds the key too, as some programs want it.
        let key = try bench.folder.read("certs/\(IdentityTemplate.name).key")
        try bench.spoil("crt") { $0 + key }
        bench.environment["DOJOT_TOKEN"] = try RunningSandbox.start().logIn()
        let token = try #require(bench.environment["DOJOT_TOKEN"])
        let arguments = ["f60c28", "-h", "127.0.0.1", "-u", "me", "-P", "topsecret", "--bundle", "report.json"]
        let outcome = try bench.run(arguments)
        #expect(outcome.status == 77, "\(outcome.stdout)\(outcome.stderr)")
        let text = try bench.folder.read("report.json")
        for secret in ["PRIVATE", "topsecret", token, String(key.split(separator: "\n")[1])] {
            #expect(!text.contains(secret))
        }
        for part in ["BEGIN CERTIFICATE", "\"login.expired\"", "libmosquitto", "OpenSSL", "IOTmidCA", "Linux"] {
            #expect(text.contains(part), "\(part)")
        }
        var status = stat()
        stat(bench.folder.path("report.json"), &status)
        #expect(status.st_mode & 0o777 == 0o600)
        let again = try bench.run(arguments)
        #expect(again.status == 73 && again.stdout.isEmpty && again.stderr.contains("there is such a file"))
        #expect(try bench.folder.read("report.json") == text)
    }

    @Test("lists its codes with their exit codes")
    func codes() throws {
        let bench = try DiagnosisBench()
        let outcome = try bench.run(["--list-codes"])
        let lines = outcome.stdout.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(outcome.status == 0 && lines.count > 70)
        #expect(lines.contains { $0.prefix(3) == ["tls.name", "tls", "77"] })
        #expect(lines.contains { $0.prefix(3) == ["files.mode", "files", "0"] })
        // What the table of faults expects is what is listed.
        for fault in DiagnoseTests.faults + DiagnoseTests.harmless {
            let row = lines.first { $0.first == fault.code }
            #expect(row != nil, "\(fault.code)")
            if fault.status != 0 { #expect(row?[2] == "\(fault.status)", "\(fault)") }
        }
    }
}
