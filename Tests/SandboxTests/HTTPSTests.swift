import Foundation
import TestSupport
import Testing

@testable import Sandbox

/// `--https`: a real nginx before the gateway.
@Suite struct HTTPSTests {
    private let program = Programs.path("dojot-sandbox")

    /// curl(1) to the gateway's HTTPS; status and body, divided by a line break.
    private func curl(_ sandbox: RunningSandbox, _ path: String, _ words: [String], host: String? = nil) throws
        -> Outcome
    {
        let port = try #require(sandbox.ready.https?.split(separator: ":").last)
        let all = ["-sS", "--max-time", "20", "--path-as-is", "-w", "\n%{http_code}"] + words
        return try Child.run("/usr/bin/curl", all + ["https://\(host ?? "localhost"):\(port)\(path)"])
    }

    @Test func theGatewayIsReachedByWhoTrustsItsAuthority() throws {
        let sandbox = try RunningSandbox.start(["--https", "--release", "0.8"])
        let authority = try #require(sandbox.ready.httpsCA)
        #expect(sandbox.ready.https?.hasPrefix("https://localhost:") ?? false)
        #expect(sandbox.ready.gateway.hasPrefix("http://127.0.0.1:"))
        let trusting = ["--cacert", authority]
        let login = try curl(
            sandbox, "/auth",
            trusting + [
                "-H", "Content-Type: application/json", "-d",
                #"{"username": "admin", "passwd": "\#(sandbox.ready.password)"}"#,
            ])
        #expect(login.status == 0 && login.stdout.hasSuffix("\n200"), "\(login.stderr)")
        let token =
            try decode(
                [String: String].self, String(login.stdout.split(separator: "\n", maxSplits: 1)[0]))["jwt"] ?? ""
        let bearer = trusting + ["-H", "Authorization: Bearer \(token)"]
        for host in ["localhost", "127.0.0.1"] {
            let answer = try curl(sandbox, "/x509/v1/ca", bearer, host: host)
            #expect(answer.stdout.hasPrefix(#"{"caPem":"-----BEGIN"#) && answer.stdout.hasSuffix("\n200"))
        }
        // Neither the devices' CA nor those of the system will do.
        for words in [[], ["--cacert", sandbox.ready.dir + "/authority/ca.crt"]] {
            let refused = try curl(sandbox, "/auth", words)
            #expect(refused.status == 60, "\(refused.stderr)")
            #expect(refused.stdout == "\n000")
        }
        // A body that is too large is refused, one that is large is not.
        let folder = try TemporaryFolder()
        for (size, status) in [(1_000_000, "400"), ((1 << 20) + 1, "413"), (3 << 20, "413")] {
            let file = try folder.write([UInt8](repeating: 120, count: size), to: "body")
            let json = ["-H", "Content-Type: application/json", "--data-binary", "@" + file]
            #expect(try curl(sandbox, "/template", bearer + json).stdout.hasSuffix("\n" + status), "\(size)")
        }
    }

    @Test func whatSteersTheSandboxIsNotReachedThroughIt() throws {
        let sandbox = try RunningSandbox.start(["--https"])
        let trusting = ["--cacert", try #require(sandbox.ready.httpsCA)]
        #expect(try sandbox.request("GET", "/_sandbox/faults").status == 200)
        for path in [
            "/_sandbox/faults", "/_sandbox", "/_sandbox/", "//_sandbox/faults", "/%5fsandbox/faults",
            "/_sandbox%2Ffaults",
            "/ca/../_sandbox/faults", "/ca/%2e%2e/_sandbox/faults", "/ca/..%2F_sandbox/faults", "/./_sandbox/faults",
        ] {
            let answer = try curl(sandbox, path, trusting)
            #expect(answer.stdout == #"{"message":"Forbidden"}"# + "\n403", "\(path): \(answer.stdout)")
        }
        let rule = ["-H", "Content-Type: application/json", "-d", #"{"rule": "* status=500"}"#]
        #expect(try curl(sandbox, "/_sandbox/faults", trusting + rule).stdout.hasSuffix("\n403"))
        #expect(try sandbox.request("GET", "/_sandbox/faults").body == #"{"faults":[]}"#)
    }

    @Test func faultsShowAsBehindARealGateway() throws {
        let sandbox = try RunningSandbox.start(["--https"])
        let trusting = ["--cacert", try #require(sandbox.ready.httpsCA)]
        let table: [(fault: String, status: Int32, ends: String)] = [
            ("reset", 0, "\n502"), ("drop", 0, "\n502"), ("status=503 retry-after=7", 0, "\n503"),
            ("cut=10", 18, "\n200"),
        ]
        for row in table {
            try sandbox.addFault("/auth \(row.fault) count=1")
            let login = #"{"username": "admin", "passwd": "\#(sandbox.ready.password)"}"#
            let json = ["-H", "Content-Type: application/json", "-d", login]
            let answer = try curl(sandbox, "/auth", trusting + json)
            #expect(answer.status == row.status && answer.stdout.hasSuffix(row.ends), "\(row.fault): \(answer)")
        }
        // Nothing was asked twice: each fault has happened once, and none is left for the next request.
        let faults = try sandbox.request("GET", "/_sandbox/faults").body
        #expect(faults.components(separatedBy: #""happened":1"#).count == table.count + 1, "\(faults)")
    }

    @Test func itsCertificateBearsTheNamesAndIsKept() throws {
        let folder = try TemporaryFolder()
        let place = folder.path("a $b; c")
        let first = try RunningSandbox.start(["--https", "--dir", place])
        let authority = try folder.read("a $b; c/authority/https-ca.crt")
        #expect(try curl(first, "/ca", ["--cacert", first.ready.httpsCA ?? ""]).stdout.hasSuffix("\n401"))
        #expect(first.stop().status == 0)
        let second = try RunningSandbox.start([
            "--https", "--dir", place, "--dns", "dojot.example", "--dns", "10.0.0.9",
        ])
        #expect(try folder.read("a $b; c/authority/https-ca.crt") == authority)
        let words = ["x509", "-noout", "-ext", "subjectAltName", "-in", place + "/authority/https.crt"]
        #expect(
            try Child.run("/usr/bin/openssl", words).stdout.contains(
                "DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, DNS:dojot.example, IP Address:10.0.0.9"
            ))
        let port = try #require(second.ready.https?.split(separator: ":").last)
        let trusting = ["--cacert", second.ready.httpsCA ?? "", "--resolve", "dojot.example:\(port):127.0.0.1"]
        #expect(try curl(second, "/ca", trusting, host: "dojot.example").stdout.hasSuffix("\n401"))
        for name in ["https-ca.key", "https.key"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: place + "/authority/" + name)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
    }

    @Test(arguments: [SIGKILL, SIGTERM])
    func nginxEndsWithTheSandbox(signal: Int32) throws {
        let sandbox = try RunningSandbox.start(["--https"])
        let port = try #require(sandbox.ready.https?.split(separator: ":").last.flatMap { UInt16($0) })
        let nginx = try #require(PortHolder.find(port: port))
        #expect(nginx.name == "nginx")
        let sockets = try Child.run("/bin/ls", ["-l", "/proc/\(nginx.processIdentifier)/fd"]).stdout
        sandbox.child.signal(signal)
        _ = sandbox.child.wait(timeout: 10)
        var isGone = false
        for _ in 0..<200 where !isGone {
            isGone = kill(nginx.processIdentifier, 0) == -1
            if !isGone { usleep(20_000) }
        }
        #expect(isGone)
        // It wrote nothing outside of its folder: no file of it is open elsewhere.
        let files = sockets.split(separator: "\n").compactMap { $0.components(separatedBy: " -> ").dropFirst().last }
        #expect(!files.isEmpty && files.allSatisfy { !$0.hasPrefix("/") || $0 == "/dev/null" }, "\(files)")
        try? FileManager.default.removeItem(atPath: sandbox.ready.dir)
    }

    @Test func nginxIsStartedAgainWhereItDies() throws {
        let sandbox = try RunningSandbox.start(["--https"])
        let port = try #require(sandbox.ready.https?.split(separator: ":").last.flatMap { UInt16($0) })
        usleep(600_000)
        kill(try #require(PortHolder.find(port: port)).processIdentifier, SIGKILL)
        #expect(sandbox.child.waitFor(error: "nginx ended with status 137; it is started again"))
        var answer = ""
        for _ in 0..<100 where !answer.hasSuffix("\n401") {
            answer = try curl(sandbox, "/ca", ["--cacert", sandbox.ready.httpsCA ?? ""]).stdout
            if !answer.hasSuffix("\n401") { usleep(50_000) }
        }
        #expect(answer.hasSuffix("\n401"))
    }

    @Test func whatStandsInTheWayIsNamed() throws {
        let sandbox = try RunningSandbox.start(["--https"])
        let port = try #require(sandbox.ready.https?.split(separator: ":").last)
        let free = ["--port", "0", "--mqtt-port", "0"]
        let taken = try Child.run(program, free + ["--https", "--https-port", String(port)], timeout: 20)
        #expect(taken.status == 69)
        #expect(taken.stderr.contains("port \(port) for HTTPS is in use by nginx (process "), "\(taken.stderr)")
        #expect(taken.stderr.contains("hint: choose another one with --https-port PORT"))
        let alone = try Child.run(program, free + ["--https-port", "0"], timeout: 20)
        #expect(alone.status == 64 && alone.stderr.contains("option '--https-port' goes with '--https'"))
        let same = try Child.run(program, ["--https", "--https-port", "8883"], timeout: 20)
        #expect(same.status == 64 && same.stderr.contains("two ports are the same"))
        let empty = try TemporaryFolder()
        do throws(SandboxError) {
            _ = try NginxInstallation.find(in: [empty.path])
            Issue.record("found an nginx in an empty folder")
        } catch {
            #expect(error.code == .missing && error.message.contains("nginx, which speaks TLS for --https"))
            #expect(error.hint == "sudo apt-get install nginx")
        }
    }

    @Test func withHTTPSItStartsInUnderTwoSeconds() throws {
        let folder = try TemporaryFolder()
        try RunningSandbox.start(["--https", "--dir", folder.path]).stop()
        let times = try (0..<3).map { _ in
            let start = Date()
            let sandbox = try RunningSandbox.start(["--https", "--dir", folder.path])
            defer { sandbox.stop() }
            return Date().timeIntervalSince(start)
        }
        #expect(times.min() ?? 99 < 2, "\(times)")
    }
}
