import Foundation
import TestSupport
import Testing

/// What `retrieve-cert` does when the platform misbehaves: exit code, message, and files that stay what they were.
@Suite("retrieve-cert when the platform misbehaves")
struct RetrievalFaultTests {
    /// A rule, and what becomes of a run under it.
    struct Fault: Sendable {
        /// With CA and SIGN for the routes of the platform's release.
        let rule: String
        let status: Int32
        let message: String
        let hint: String
        /// Seconds for `--timeout`.
        let timeout: Int

        init(_ rule: String, _ status: Int32, _ message: String, hint: String = "", timeout: Int = 3) {
            (self.rule, self.status, self.message, self.hint, self.timeout) = (rule, status, message, hint, timeout)
        }

        func rule(on release: String) -> String {
            // On 0.6 the first request names an owner, which that release always refuses; the second one is signed.
            let after = release == "0.6" && rule.hasPrefix("SIGN") ? " after=1" : ""
            let token = "POST /auth/realms/admin/protocol/openid-connect/token "
            return (rule + after).replacingOccurrences(of: "SIGN", with: Retrieval.signing(on: release))
                .replacingOccurrences(of: "POST /auth ", with: release == "1.0" ? token : "POST /auth ")
                .replacingOccurrences(of: "CA", with: release != "0.4" ? "GET /x509/v1/ca" : "GET /ca/*")
        }
    }

    /// What may be started and scheduled beyond `--timeout` on a busy machine, in seconds.
    static let margin = 5.0

    static let fatal = [
        Fault("POST /auth status=429 retry-after=100", 75, "it asks to wait 100 s"),
        Fault("POST /auth status=429 retry-after-date=100", 75, "it asks to wait "),
        Fault("POST /auth status=500", 69, "500"),
        Fault("POST /auth stall", 75, "no answer within 1 s", hint: "--timeout", timeout: 1),
        Fault("POST /auth delay=60", 75, "no answer within 1 s", hint: "--timeout", timeout: 1),
        Fault("POST /auth reset", 75, "connection reset by peer", hint: "run the same command again"),
        Fault("POST /auth drop", 75, "closed the connection without an answer", hint: "run the same command again"),
        Fault("POST /auth endless", 76, "the answer is larger than 1024 KiB", hint: "curl "),
        Fault("POST /auth body=not-json", 76, "cannot log in"),
        Fault("POST /auth token-life=0", 77, "401"),
        Fault("POST /auth status=302", 76, "redirects"),
        Fault("CA status=502", 75, "cannot fetch the "),
        Fault("CA status=503 body=html", 75, "cannot fetch the "),
        Fault("CA status=504", 75, "cannot fetch the "),
        Fault("CA status=401", 77, "401"),
        Fault("CA body=html", 76, "the answer is not what dojot's API says"),
        Fault("CA body=empty", 76, "the answer is not what dojot's API says"),
        Fault("CA stall", 75, "no answer within 1 s", hint: "--timeout", timeout: 1),
        Fault("CA reset", 75, "connection reset by peer", hint: "run the same command again"),
        Fault("CA reset=20", 75, "connection reset by peer", hint: "run the same command again"),
        Fault("CA cut=20", 75, "the connection ended before the answer did", hint: "run the same command again"),
        Fault("CA length=+20", 75, "the answer did not end within 1 s", hint: "--timeout", timeout: 1),
        Fault("CA length=-20", 76, "the answer is not what dojot's API says"),
        Fault("CA endless", 76, "the answer is larger than 1024 KiB", hint: "curl "),
        Fault("SIGN status=403", 77, "403"),
        Fault("SIGN status=429 retry-after=50", 75, "it asks to wait 50 s"),
        Fault("SIGN status=400", 65, "the platform says: "),
        Fault("SIGN stall", 75, "no answer within 1 s", hint: "--timeout", timeout: 1),
        Fault("SIGN reset", 75, "connection reset by peer", hint: "run the same command again"),
        Fault("SIGN reset=20", 75, "connection reset by peer", hint: "run the same command again"),
        Fault("SIGN drop", 75, "closed the connection without an answer", hint: "run the same command again"),
        Fault("SIGN cut=20", 75, "the connection ended before the answer did", hint: "run the same command again"),
        Fault("SIGN length=+20", 75, "the answer did not end within 1 s", hint: "--timeout", timeout: 1),
        Fault("SIGN length=-20", 76, "the answer is not what dojot's API says"),
        Fault("SIGN endless", 76, "the answer is larger than 1024 KiB"),
        Fault("SIGN body=not-json", 76, "cannot have the certificate request of f60c28 signed"),
        Fault("SIGN body=html", 76, "cannot have the certificate request of f60c28 signed"),
        Fault("SIGN body=empty", 76, "cannot have the certificate request of f60c28 signed"),
        Fault("SIGN certificate=other-key", 76, "another key"),
        Fault("SIGN certificate=other-name", 76, "not for "),
        Fault("SIGN certificate=other-ca", 76, "was not signed by this CA"),
        Fault("SIGN certificate=expired", 65, "this machine's clock says"),
        Fault("SIGN certificate=not-yet-valid", 65, "is not valid before"),
    ]

    @Test(
        "a fault ends it in time with its exit code, its reason and its way out, and no file changes",
        arguments: RunningSandbox.releases)
    func fails(release: String) throws {
        let retrieval = try Retrieval(RunningSandbox.options(of: release) + ["--sign-again"])
        let key = try retrieval.makeKey()
        let first = try retrieval.run("f60c28", ["--key", key])
        #expect(first.status == 0, "\(first.stderr)")
        for fault in Self.fatal {
            let rule = fault.rule(on: release)
            let before = try retrieval.shown()
            try retrieval.inject(rule)
            let start = Date()
            let outcome = try retrieval.run("f60c28", ["-w", "--key", key, "--timeout", "\(fault.timeout)"])
            let seconds = Date().timeIntervalSince(start)
            #expect(outcome.status == fault.status, "\(rule): \(outcome.stderr)")
            #expect(outcome.stderr.contains(fault.message), "\(rule): \(outcome.stderr)")
            #expect(outcome.stderr.contains("dojot-device: error: "), "\(rule): \(outcome.stderr)")
            let hints = outcome.stderr.split(separator: "\n").filter { $0.hasPrefix("hint: ") }
            #expect(
                fault.hint.isEmpty || hints.contains { $0.contains(fault.hint) }, "\(rule): \(outcome.stderr)")
            #expect(seconds < Double(fault.timeout) + Self.margin, "\(rule): \(seconds) s")
            #expect(try retrieval.shown() == before, "\(rule)")
            // And the next run, once all is well, completes it.
            try retrieval.mend()
            let next = try retrieval.run("f60c28", ["-w", "--key", key])
            #expect(next.status == 0, "\(rule): \(next.stderr)")
            #expect(try retrieval.holdsTogether(), "\(rule)")
        }
    }

    @Test("a fault that passes is waited for")
    func repeats() throws {
        let retrieval = try Retrieval(["--sign-again"])
        let key = try retrieval.makeKey()
        for rule in [
            // libcurl itself tries once more where a connection from before turns out to be dead.
            "POST /auth reset count=2", "GET /ca/* drop count=2", "GET /ca/* reset=10 count=3",
            "GET /ca/* cut=0 count=2", "POST /auth status=503 count=2",
            "GET /ca/* status=502 count=1", "POST /sign/* status=504 count=1",
            "POST /auth status=429 retry-after=1 count=1", "GET /ca/* status=503 retry-after-date=2 count=1",
            "POST /sign/* status=503 body=html count=3", "* status=503 after=1 for=0.4",
        ] {
            try retrieval.inject(rule)
            let outcome = try retrieval.run("f60c28", ["-w", "--key", key])
            #expect(outcome.status == 0, "\(rule): \(outcome.stderr)")
            #expect(outcome.stderr.contains("trying again in "), "\(rule): \(outcome.stderr)")
            #expect(try retrieval.holdsTogether(), "\(rule)")
            try retrieval.mend()
        }
    }

    @Test("all that the platform's releases answer is understood")
    func understands() throws {
        let retrieval = try Retrieval(["--sign-again"])
        let key = try retrieval.makeKey()
        for rule in [
            "POST /sign/* pkcs7", "POST /sign/* base64=crlf", "POST /sign/* base64=none", "GET /ca/* base64=crlf",
            "GET /ca/* base64=none", "POST /sign/* pkcs7 base64=crlf", "POST /sign/* pkcs7 base64=none",
        ] {
            try retrieval.inject(rule)
            let outcome = try retrieval.run("f60c28", ["-w", "--key", key])
            #expect(outcome.status == 0, "\(rule): \(outcome.stderr)")
            #expect(try retrieval.holdsTogether(), "\(rule)")
            try retrieval.mend()
        }
    }

    @Test("a signature whose answer was lost is found again by the next run, and nothing is signed twice")
    func recovers() throws {
        let retrieval = try Retrieval()
        try retrieval.inject("POST /sign/* drop count=1")
        let lost = try retrieval.run()
        #expect(lost.status == 69 || lost.status == 75, "\(lost.status) \(lost.stderr)")
        #expect(try retrieval.shown().isEmpty)
        #expect(try retrieval.certificates(of: "f60c28") == 1)

        let next = try retrieval.run()
        #expect(next.status == 0, "\(next.stderr)")
        #expect(next.stderr.contains("completing the run that was cut off"))
        #expect(next.stderr.contains("the certificate had been signed before"))
        #expect(try retrieval.holdsTogether())
        #expect(try retrieval.certificates(of: "f60c28") == 1)
    }

    @Test("where the platform cannot tell whether it signed, the same request is signed once more")
    func signsAgain() throws {
        let retrieval = try Retrieval()
        try retrieval.inject("POST /sign/* drop count=1")
        #expect(try retrieval.run().status != 0)
        let pending = try retrieval.folder.read("certs/.identities/f60c28/pending.pem")
        try retrieval.inject("GET /user/* status=500")
        let next = try retrieval.run()
        #expect(next.status == 0, "\(next.stderr)")
        #expect(pending.hasSuffix(try retrieval.folder.read("certs/f60c28.csr")))
        #expect(try retrieval.holdsTogether())
    }

    @Test("a run that was killed while the signature was awaited is completed by the next one, with its key")
    func killed() throws {
        let retrieval = try Retrieval()
        try retrieval.inject("POST /sign/* delay=5 count=1")
        let child = try Child.start(
            Programs.path("dojot-device"), ["retrieve-cert", retrieval.sandbox.ready.gateway, "f60c28"],
            environment: retrieval.sandbox.credentials, in: retrieval.folder.path)
        #expect(child.waitFor(error: "asking for the signature"))
        child.signal(SIGKILL)
        _ = child.wait()
        let pending = try retrieval.folder.read("certs/.identities/f60c28/pending.pem")
        try retrieval.mend()
        let next = try retrieval.run()
        #expect(next.status == 0, "\(next.stderr)")
        #expect(pending.contains(try retrieval.folder.read("certs/f60c28.key")))
        #expect(try retrieval.holdsTogether())
    }
}
