import Foundation
import PKI
import TestSupport
import Testing

@testable import Sandbox

@Suite struct FaultTests {
    @Test(arguments: [
        ("POST /sign/* status=503 retry-after=2 count=1", "POST", "/sign/f60c28/pkcs10", true),
        ("POST /sign/* status=503", "GET", "/sign/f60c28/pkcs10", false),
        ("/ca/* stall", "GET", "/ca/IOTmidCA/crl", true), ("/ca/* stall", "GET", "/ca", false),
        ("* reset", "DELETE", "/anything/at/all", true), ("/a*b*c drop", "GET", "/aXbYbZc", true),
        ("/a*b*c drop", "GET", "/aXbYbZcd", false), ("/ca drop", "GET", "/ca/", false),
        ("broker stall", "GET", "/broker", false), ("/broker stall", "GET", "/broker", true),
    ])
    func aRuleIsAboutItsRoute(text: String, method: String, path: String, matches: Bool) throws {
        #expect(try FaultRule(text).matches(Request(method: method, path: path)) == matches)
    }

    @Test(arguments: [
        "", "POST", "status=503", "/ca", "/ca status", "/ca status=99", "/ca status=abc", "/ca stall=3", "/ca body=xml",
        "/ca certificate=nice", "/ca base64=utf8", "/ca probability=2 reset", "/ca what=1", "/ca delay=-1",
        "/ca count=1", "/ca =", "/ca status=", "/ca count= reset", "/ca cut=1.5", "/ca cut=+1", "/ca cut=9999999999",
        "/ca cut", "/ca length=5", "/ca length=+0", "/ca length=-", "/ca length=++5", "/ca endless=1",
        "/ca reset cut=5", "/ca drop endless", "/ca handshake-cut", "/ca silence=to-device", "/ca drip=5", "broker",
        "POST broker stall", "broker count=1", "broker status=503", "broker drop", "broker cut=x", "broker silence",
        "broker silence=both", "broker drip", "broker drip=0", "broker stall=1", "broker cut reset",
        "broker handshake-cut cut=5",
    ])
    func aRuleThatMakesNoSenseIsRefused(text: String) {
        #expect(throws: SandboxError.self) { try FaultRule(text) }
    }

    @Test func conditionsSayWhenItHappens() throws {
        let faults = try Faults([
            FaultRule("/a status=500 after=1 count=2"), FaultRule("/b reset for=0.2"),
            FaultRule("/c drop probability=0"),
        ])
        func happens(_ path: String) -> Bool { faults.effects(on: Request(method: "GET", path: path)) != nil }
        #expect((0..<5).map { _ in happens("/a") } == [false, true, true, false, false])
        #expect(happens("/b"))
        usleep(300_000)
        #expect(!happens("/b"))
        #expect((0..<20).allSatisfy { _ in !happens("/c") })
        #expect(faults.reports.map(\.happened) == [2, 1, 0])
    }

    @Test func faultsAreGivenShownAndTakenBack() throws {
        let sandbox = try RunningSandbox.start(["--fault", "/ca status=502"])
        let token = try sandbox.logIn()
        #expect(try sandbox.request("GET", "/ca", token: token).status == 502)
        #expect(try sandbox.request("GET", "/_sandbox/faults").body.contains(#""happened":1"#))
        #expect(try sandbox.request("DELETE", "/_sandbox/faults").status == 200)
        #expect(try sandbox.request("GET", "/ca", token: token).status == 200)
        for body in ["{}", "x", #"{"rule": "nonsense"}"#, #"{"rules": ["/ca reset", "nonsense"]}"#] {
            #expect(try sandbox.request("POST", "/_sandbox/faults", json: body).status == 400, "\(body)")
        }
        #expect(try sandbox.request("GET", "/_sandbox/faults").body == #"{"faults":[]}"#)
    }

    @Test func answersGoWrongAsTheRuleSays() throws {
        let sandbox = try RunningSandbox.start()
        let token = try sandbox.logIn()
        func curl(_ path: String) throws -> Outcome {
            let words = ["-sS", "-i", "--max-time", "2", "-H", "Authorization: Bearer \(token)"]
            return try Child.run("/usr/bin/curl", words + [sandbox.ready.gateway + path], timeout: 20)
        }
        let table: [(rule: String, status: Int32, contains: String)] = [
            ("status=429 retry-after=7", 0, "HTTP/1.1 429"), ("status=503 retry-after=7", 0, "Retry-After: 7"),
            ("status=503 retry-after-date=60", 0, " GMT"), ("status=502 body=html", 0, "<html>"),
            ("body=html", 0, "text/html"), ("body=not-json", 0, "MII"), ("body=empty", 0, "Content-Length: 0"),
            ("reset", 56, ""), ("drop", 52, ""), ("cut=10", 18, "HTTP/1.1 200"), ("stall", 28, ""),
            ("reset=10", 56, "HTTP/1.1 200 OK\r\n"), ("reset=1000000", 0, "}"), ("cut=0", 18, "\r\n\r\n"),
            ("length=+10", 28, "}"), ("status=429 length=+10", 28, "HTTP/1.1 429 Too Many Requests\r\n"),
            ("length=-10", 0, "Content-Length: "), ("length=-100000000", 0, "Content-Length: 0\r\n"),
        ]
        for row in table {
            _ = try sandbox.request("DELETE", "/_sandbox/faults")
            try sandbox.addFault("GET /ca/IOTmidCA \(row.rule)")
            let outcome = try curl("/ca/IOTmidCA")
            #expect(outcome.status == row.status, "\(row.rule): \(outcome.stderr)")
            let isThere = row.contains.isEmpty ? outcome.stdout.isEmpty : outcome.stdout.contains(row.contains)
            #expect(isThere, "\(row.rule): \(outcome.stdout)")
        }
        _ = try sandbox.request("DELETE", "/_sandbox/faults")
        try sandbox.addFault("/ca delay=0.5 count=1")
        let start = Date()
        #expect(try curl("/ca").status == 0)
        #expect(Date().timeIntervalSince(start) >= 0.5)
        #expect(try curl("/ca").stdout.contains("IOTmidCA"))
        try sandbox.addFault("/auth token-life=0")
        #expect(try sandbox.request("GET", "/ca", token: sandbox.logIn()).status == 401)
        // With an answer still held back, it stops all the same.
        try sandbox.addFault("/ca/* stall")
        let waiting = try Child.start(
            "/usr/bin/curl", ["-sS", "-H", "Authorization: Bearer \(token)", sandbox.ready.gateway + "/ca/x"])
        usleep(200_000)
        #expect(sandbox.stop().status == 0)
        #expect(!waiting.wait(timeout: 5).timedOut)
    }

    @Test func aBodyWithoutEndTakesNoMemory() throws {
        let sandbox = try RunningSandbox.start(["--fault", "/auth endless"])
        func kilobytes(_ name: String) throws -> Int {
            let status = try String(contentsOfFile: "/proc/\(sandbox.ready.pid)/status", encoding: .utf8)
            let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
            return try #require(line.flatMap { Int($0.filter(\.isNumber)) })
        }
        let before = try kilobytes("VmRSS:")
        let command = "curl -sS --max-time 60 -X POST \(sandbox.ready.gateway)/auth | head -c 60000000 | wc -c"
        #expect(try Child.run("/bin/sh", ["-c", command], timeout: 70).stdout == "60000000\n")
        let grown = try kilobytes("VmHWM:") - before
        #expect(grown < 20_000, "\(grown) kB")
    }

    @Test func aClientThatNoLongerWaitsIsLetGo() throws {
        let sandbox = try RunningSandbox.start(["--fault", "/auth stall count=20", "--fault", "/auth length=+5"])
        func descriptors() throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/\(sandbox.ready.pid)/fd").count
        }
        let before = try descriptors()
        let url = "\(sandbox.ready.gateway)/auth"
        let many = try Child.run(
            "/usr/bin/curl",
            ["-sS", "--parallel", "--parallel-max", "40", "--max-time", "2"] + Array(repeating: url, count: 40))
        #expect(many.status == 28, "\(many.stderr)")
        for _ in 0..<100 where try descriptors() > before { usleep(100_000) }
        #expect(try descriptors() <= before)
    }

    @Test func aLostSignatureWasGivenAndOneResetWasNot() throws {
        let sandbox = try RunningSandbox.start(["--device", "f60c28", "--device", "a1b2c3"])
        let token = try sandbox.logIn()
        let request = try Enrolled.makeRequest(in: TemporaryFolder(), subject: "/CN=x")
        try sandbox.addFault("POST /sign/* drop count=1")
        #expect(throws: SupportError.self) { try sandbox.sign(request, as: "f60c28", token: token) }
        #expect(try sandbox.request("GET", "/user/f60c28/find?valid=true", token: token).status == 200)
        #expect(try sandbox.sign(request, as: "f60c28", token: token).body.contains("GENERATED (40)"))
        // Before the work is done, and with all of it done.
        try sandbox.addFault("POST /sign/* reset count=1")
        #expect(throws: SupportError.self) { try sandbox.sign(request, as: "a1b2c3", token: token) }
        #expect(try sandbox.request("GET", "/user/a1b2c3/find?valid=true", token: token).status == 404)
        #expect(try sandbox.sign(request, as: "a1b2c3", token: token).status == 200)
    }

    @Test func aSignatureComesInEachForm() throws {
        let sandbox = try RunningSandbox.start(["--sign-again"])
        let token = try sandbox.logIn()
        let request = try Enrolled.makeRequest(in: TemporaryFolder(), subject: "/CN=x")
        func signed(_ rule: String) throws -> Signed.Status {
            try sandbox.addFault("POST /sign/* \(rule) count=1")
            return try Signed(sandbox.sign(request, as: "f60c28", token: token).body).status
        }
        let message = try signed("pkcs7 base64=crlf")
        #expect(message.responseType == "PKCS7" && message.data.contains("\r\n"))
        #expect(try PKCS7.certificates(der: Base64.decode(message.data)).map(\.subject.commonName) == ["f60c28"])
        let line = try signed("base64=none")
        #expect(line.responseType == "CERTIFICATE" && !line.data.contains(where: \.isNewline))
        let ca = try decode([String: String].self, sandbox.request("GET", "/ca/IOTmidCA", token: token).body)
        let authority = try Certificate(der: Base64.decode(ca["certificate"] ?? ""))
        let own = try CertificateRequest(der: Base64.decode(request)).publicKey
        let now = Int64(Date().timeIntervalSince1970)
        func certificate(_ fault: String) throws -> Certificate {
            try Certificate(der: Base64.decode(signed("certificate=\(fault)").data))
        }
        #expect(try certificate("other-key").publicKey != own)
        #expect(try certificate("other-name").subject.commonName == "somebody-else")
        #expect(try !certificate("other-ca").isSigned(by: authority))
        #expect(try certificate("expired").notAfter < now)
        #expect(try certificate("not-yet-valid").notBefore > now)
    }
}
