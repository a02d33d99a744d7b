import Foundation
import TestSupport
import Testing

@testable import Sandbox

@Suite struct LifecycleTests {
    private let program = Programs.path("dojot-sandbox")

    @Test(arguments: [SIGTERM, SIGINT])
    func aSignalEndsItWithNothingLeftBehind(signal: Int32) throws {
        let sandbox = try RunningSandbox.start()
        #expect(FileManager.default.fileExists(atPath: sandbox.ready.dir + "/authority/ca.crt"))
        sandbox.child.signal(signal)
        let outcome = sandbox.child.wait(timeout: 10)
        #expect(outcome.status == 0 && !outcome.timedOut && outcome.stderr == "")
        #expect(!FileManager.default.fileExists(atPath: sandbox.ready.dir))
        #expect(kill(sandbox.ready.brokerPid, 0) == -1)
    }

    @Test func theBrokerDiesWithASandboxThatIsKilled() throws {
        let folder = try TemporaryFolder()
        let sandbox = try RunningSandbox.start(["--dir", folder.path("state")])
        #expect(kill(sandbox.ready.brokerPid, 0) == 0)
        sandbox.child.signal(SIGKILL)
        #expect(sandbox.child.wait(timeout: 5).status == 128 + SIGKILL)
        #expect(isGone(sandbox.ready.brokerPid))
    }

    @Test func aFolderKeepsIdentitiesDevicesAndRevocations() throws {
        let folder = try TemporaryFolder()
        let arguments = ["--dir", folder.path("a b/c"), "--device", "f60c28", "--device", "a1b2c3"]
        let first = try RunningSandbox.start(arguments)
        var token = try first.logIn()
        let good = try Enrolled(first, token: token)
        let bad = try Enrolled(first, as: "admin:a1b2c3", token: token)
        let made = try first.request("POST", "/device", json: #"{"label": "lamp", "templates": [1]}"#, token: token)
        #expect(made.status == 200)
        let path = try "/ca/CN=IOTmidCA/certificate/\(bad.serialNumber())"
        #expect(try first.request("DELETE", path, token: token).status == 200)
        let devices = try first.request("GET", "/device", token: token).body
        let said = ["-q", "1", "-t", "/admin/f60c28/attrs", "-m", "{\"n\":\n 5}"]
        #expect(try Child.run("/usr/bin/mosquitto_pub", good.connection(first) + said).status == 0)
        let history = "/history/device/f60c28/history?attr=n"
        let sample = try first.poll(history, token: token) { status, _ in status == 200 }.body
        #expect(first.stop().status == 0)
        for name in [
            "authority/ca.key", "authority/broker.key", "state.log", "history.log", "broker/access.tsv",
        ] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.path("a b/c/" + name))
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }

        let second = try RunningSandbox.start(["--dir", folder.path("a b/c")])
        token = try second.logIn()
        #expect(try second.request("GET", "/device", token: token).body == devices)
        #expect(try second.request("GET", history, token: token).body == sample)
        let publish = ["-q", "1", "-m", "{}", "-t"]
        let sent = try Child.run("/usr/bin/mosquitto_pub", good.connection(second) + publish + ["/admin/f60c28/attrs"])
        #expect(sent.status == 0, "\(sent.stderr)")
        let shut = try Child.run("/usr/bin/mosquitto_pub", bad.connection(second) + publish + ["/admin/a1b2c3/attrs"])
        #expect(shut.status != 0)
        #expect(try second.request("GET", "/user/f60c28", token: token).body.contains(#""status":40"#))
    }

    @Test func aPortInUseIsNamedWithItsHolder() throws {
        let sandbox = try RunningSandbox.start()
        let table: [(option: String, other: String, port: UInt16, holder: String)] = [
            ("--port", "--mqtt-port", sandbox.gatewayPort, "dojot-sandbox (process \(sandbox.ready.pid))"),
            ("--mqtt-port", "--port", sandbox.port, "mosquitto (process \(sandbox.ready.brokerPid))"),
        ]
        for row in table {
            let outcome = try Child.run(program, [row.option, "\(row.port)", row.other, "0"], timeout: 20)
            #expect(outcome.status == 69)
            #expect(outcome.stderr.contains("port \(row.port) for "), "\(outcome.stderr)")
            #expect(outcome.stderr.contains("is in use by \(row.holder)\nhint: "), "\(outcome.stderr)")
            #expect(outcome.stdout == "")
        }
    }

    @Test func theBrokersCertificateBearsTheNamesAskedFor() throws {
        func names(_ sandbox: RunningSandbox) throws -> String {
            let words = ["s_client", "-connect", "127.0.0.1:\(sandbox.port)"]
            let shown = try Child.run("/usr/bin/openssl", words, timeout: 10).stdout
            let folder = try TemporaryFolder()
            let file = try folder.write(shown, to: "shown.pem")
            return try Child.run("/usr/bin/openssl", ["x509", "-in", file, "-noout", "-ext", "subjectAltName"]).stdout
        }
        #expect(
            try names(RunningSandbox.start()).contains(
                "DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1"))
        let folder = try TemporaryFolder()
        let environment = ["MOSCA_TLS_DNS_LIST": "mqtt.example,10.0.0.9"]
        let listed = try RunningSandbox.start(["--dir", folder.path], environment: environment)
        #expect(try names(listed).contains("DNS:mqtt.example, IP Address:10.0.0.9\n"))
        listed.stop()
        let asked = try RunningSandbox.start(
            ["--dir", folder.path, "--dns", "broker.example"], environment: environment)
        #expect(try names(asked).contains("DNS:broker.example\n"))
        // What the sandbox says of itself is a name that the certificate has.
        #expect(listed.ready.mqtts.hasPrefix("mqtt.example:") && asked.ready.mqtts.hasPrefix("broker.example:"))
    }

    @Test(arguments: [
        ([], "127.0.0.1", "localhost"), ([], "0.0.0.0", "localhost"), ([], "127.0.0.2", "127.0.0.2"),
        (["a.example", "localhost"], "127.0.0.1", "localhost"), (["*.example", "a.example"], "0.0.0.0", "a.example"),
        (["::1"], "127.0.0.1", "[::1]"), (["10.0.0.9"], "10.0.0.9", "10.0.0.9"),
    ])
    func theBrokerIsCalledByANameInItsCertificate(names: [String], address: String, host: String) {
        var options = SandboxOptions()
        options.brokerNames = names
        options.address = address
        #expect(options.brokerHost == host)
    }

    @Test func aFolderIsOneSandboxsAlone() throws {
        let folder = try TemporaryFolder()
        let first = try RunningSandbox.start(["--dir", folder.path])
        let words = ["--port", "0", "--mqtt-port", "0", "--dir", folder.path]
        let second = try Child.run(program, words, timeout: 20)
        #expect(second.status == 69 && second.stdout == "")
        #expect(
            second.stderr.hasPrefix(
                "dojot-sandbox: error: the folder \(first.ready.dir) is in use by another dojot-sandbox "
                    + "(process \(first.ready.pid))\nhint: stop that one, or choose another --dir\n"),
            "\(second.stderr)")
        #expect(try first.request("GET", "/device", token: first.logIn()).status == 200)
        // One that was killed holds nothing.
        first.child.signal(SIGKILL)
        _ = first.child.wait(timeout: 10)
        #expect(try RunningSandbox.start(["--dir", folder.path]).stop().status == 0)
    }

    @Test func unsecuredModeIsUnderstoodAsMoscaDoes() throws {
        let words = ["--port", "0", "--mqtt-port", "0", "--json"]
        let child = try Child.start(program, words, environment: ["ALLOW_UNSECURED_MODE": "true"])
        // Where the port is somebody's, the message says which one was wanted.
        if let line = child.readLine(timeout: 20) {
            #expect(line.contains(#""mqtt":"localhost:1883""#))
            child.signal(SIGTERM)
            #expect(child.wait(timeout: 10).status == 0)
        } else {
            #expect(child.wait(timeout: 5).stderr.contains("port 1883 for MQTT without TLS is in use"))
        }
        let off = try RunningSandbox.start([], environment: ["ALLOW_UNSECURED_MODE": "false"])
        #expect(off.ready.mqtt == nil)
    }

    @Test func whatIsMissingIsNamedWithHowToInstallIt() throws {
        let empty = try TemporaryFolder()
        func message(programs: [String], plugins: [String]) -> String {
            do throws(SandboxError) {
                _ = try BrokerInstallation.find(programs: programs, plugins: plugins)
                return ""
            } catch { return "\(error.message) / \(error.hint ?? "")" }
        }
        let installed = ["/usr/sbin", "/usr/bin"]
        #expect(
            message(programs: [empty.path], plugins: [empty.path])
                == "mosquitto, the broker, is not installed / sudo apt-get install mosquitto")
        #expect(
            message(programs: installed, plugins: [empty.path])
                == "libdojot-sandbox-access.so, which goes into mosquitto, is not beside dojot-sandbox / "
                + "copy it from where dojot-sandbox was built to \(empty.path)")
        #expect(
            message(programs: ["/usr/sbin"], plugins: [Programs.folder.path]).contains("setpriv")
                || access("/usr/sbin/setpriv", X_OK) == 0)
    }

    @Test(arguments: [
        (["--user", "admin"], "is not NAME:PASSWORD"),
        (["--user", "a:b", "--user", "a:c"], "the user a is named twice"),
        (["--device", "a b/c"], "letters, digits and _ only"), (["--tenant", "a:b"], "letters, digits and _ only"),
        (["--fault", "nonsense"], "names no route"), (["--port", "70000"], "--port"),
        (["--token-life", "0"], "at least a second"),
        (["--host", "example.com"], "no IPv4 address"), (["extra"], "extra"),
        (["--port", "8123", "--mqtt-port", "8123"], "the same"),
        (["--brokers", "0"], "0 brokers cannot be had"), (["--brokers", "255"], "255 brokers cannot be had"),
        (["--host", "0.0.0.0", "--brokers", "2"], "2 brokers cannot be had from 0.0.0.0 on"),
        (["--devices", "1000001"], "up to 1,000,000"),
        (["--devices", "1", "--device-prefix", "a-"], "letters, digits"),
    ])
    func optionsThatCannotBeAreRefused(arguments: [String], message: String) throws {
        let outcome = try Child.run(program, arguments, timeout: 20)
        #expect(outcome.status == 64)
        #expect(outcome.stderr.contains(message), "\(outcome.stderr)")
        #expect(outcome.stdout == "")
    }

    @Test func itStartsInUnderTwoSeconds() throws {
        let folder = try TemporaryFolder()
        try RunningSandbox.start(["--dir", folder.path]).stop()
        // The best of three, since other tests run at the same time; new keys are a matter of luck and not measured.
        let times = try (0..<3).map { _ in
            let start = Date()
            let sandbox = try RunningSandbox.start(["--dir", folder.path])
            defer { sandbox.stop() }
            return Date().timeIntervalSince(start)
        }
        #expect(times.min() ?? 99 < 2, "\(times)")
    }

    @Test func aPersonIsToldWhatToDoNext() throws {
        let child = try Child.start(
            program, ["--port", "0", "--mqtt-port", "0", "--device", "lamp1", "--tenant", "acme"])
        #expect(child.waitFor(output: "Ctrl-C stops it."))
        let text = child.outputSoFar
        for part in [
            "gateway      http://127.0.0.1:", "tenant       acme", "user         admin, password admin",
            "dojot-device retrieve-cert http://localhost:", " lamp1 IOTmidCA --broker localhost:",
        ] {
            #expect(text.contains(part), "\(text)")
        }
        child.signal(SIGINT)
        #expect(child.wait(timeout: 10).status == 0)
        let named = try Child.start(program, ["--port", "0", "--mqtt-port", "0", "--dns", "mqtt.example"])
        #expect(named.waitFor(output: "Ctrl-C stops it."))
        #expect(named.outputSoFar.contains("broker       mqtt.example:"), "\(named.outputSoFar)")
        #expect(named.outputSoFar.contains(" f60c28 IOTmidCA --broker mqtt.example:"), "\(named.outputSoFar)")
        named.signal(SIGINT)
        #expect(named.wait(timeout: 10).status == 0)
    }

    @Test(arguments: [
        [], ["--https"], ["--release", "0.6"], ["--broker-kind", "vernemq"],
        ["--release", "0.6", "--broker-kind", "mosca", "--https"],
    ])
    func whatAPersonIsToldToDoNextWorks(arguments: [String]) throws {
        let folder = try TemporaryFolder()
        let ports = ["--port", "0", "--mqtt-port", "0"] + (arguments.contains("--https") ? ["--https-port", "0"] : [])
        let child = try Child.start(program, ports + ["--dir", folder.path("it's $here")] + arguments)
        #expect(child.waitFor(output: "Ctrl-C stops it."), "\(child.errorSoFar)")
        let lines = child.outputSoFar.split(separator: "\n").map(String.init)
        let next = try #require(lines.firstIndex { $0.hasPrefix("Next") }.map { lines[$0 + 1] })
        let gateway = try #require(lines.first { $0.hasPrefix("  gateway ") }?.split(separator: " ").last)
        let publish = "dojot-device publish attrs f60c28 temperature=21.5 --confirm --gateway \(gateway)"
        let path = Programs.folder.path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
        let environment = ["PATH": path, "DOJOT_USERNAME": "admin", "DOJOT_PASSWORD": "admin"]
        let outcome = try Child.run(
            "/bin/bash", ["-c", "set -e; \(next); \(publish)"], environment: environment, in: folder.path, timeout: 60)
        #expect(outcome.status == 0, "\(next): \(outcome.stderr)")
        #expect(outcome.stdout.contains("stored temperature=21.5"), "\(outcome.stdout)")
        child.signal(SIGTERM)
        #expect(child.wait(timeout: 10).status == 0)
    }

    private func isGone(_ process: Int32) -> Bool {
        for _ in 0..<100 {
            if kill(process, 0) == -1 { return true }
            usleep(20_000)
        }
        return false
    }
}
