import Foundation
import TestSupport
import Testing

/// What `retrieve-cert` does when the platform misbehaves: exit code, message, and files that stay what they were.
@Suite("retrieve-cert when the platform misbehaves")
struct RetrievalFaultTests {
    struct Fault: Sendable {
        let rule: String
        let arguments: [String]
        let status: Int32
        let message: String

        init(_ rule: String, _ status: Int32, _ message: String, timeout: Int = 3) {
            self.rule = rule
            arguments = ["--timeout", "\(timeout)"]
            self.status = status
            self.message = message
        }
    }

    static let fatal = [
        Fault("POST /auth status=429 retry-after=100", 75, "it asks to wait 100 s"),
        Fault("POST /auth status=500", 69, "500"),
        Fault("POST /auth stall", 75, "cannot log in", timeout: 1),
        Fault("POST /auth body=not-json", 76, "cannot log in"),
        Fault("POST /auth status=302", 76, "redirects"),
        Fault("GET /ca/* status=502", 75, "cannot fetch the certificate of CA IOTmidCA"),
        Fault("GET /ca/* status=503 body=html", 75, "cannot fetch the certificate of CA IOTmidCA"),
        Fault("GET /ca/* status=504", 75, "cannot fetch the certificate of CA IOTmidCA"),
        Fault("GET /ca/* status=401", 77, "401"),
        Fault("GET /ca/* body=html", 76, "the answer is not what dojot's API says"),
        Fault("GET /ca/* body=empty", 76, "cannot fetch the certificate of CA IOTmidCA"),
        Fault("GET /ca/* cut=20", 75, "the connection ended before the answer did"),
        Fault("POST /sign/* status=403", 77, "403"),
        Fault("POST /sign/* status=429 retry-after=50", 75, "it asks to wait 50 s"),
        Fault("POST /sign/* status=400", 65, "the platform says: "),
        Fault("POST /sign/* body=not-json", 76, "cannot have the certificate request of f60c28 signed"),
        Fault("POST /sign/* certificate=other-key", 76, "another key"),
        Fault("POST /sign/* certificate=other-name", 76, "not for f60c28"),
        Fault("POST /sign/* certificate=other-ca", 76, "was not signed by this CA"),
        Fault("POST /sign/* certificate=expired", 65, "this machine's clock says"),
        Fault("POST /sign/* certificate=not-yet-valid", 65, "is not valid before"),
    ]

    @Test("a fault ends it with its exit code and its reason, and no file changes")
    func fails() throws {
        let retrieval = try Retrieval(["--sign-again"])
        let key = try retrieval.makeKey()
        let first = try retrieval.run("f60c28", ["--key", key])
        #expect(first.status == 0, "\(first.stderr)")
        for fault in Self.fatal {
            let before = try retrieval.shown()
            try retrieval.inject(fault.rule)
            let outcome = try retrieval.run("f60c28", ["-w", "--key", key] + fault.arguments)
            #expect(outcome.status == fault.status, "\(fault.rule): \(outcome.stderr)")
            #expect(outcome.stderr.contains(fault.message), "\(fault.rule): \(outcome.stderr)")
            #expect(outcome.stderr.contains("dojot-device: error: "), "\(fault.rule): \(outcome.stderr)")
            #expect(try retrieval.shown() == before, "\(fault.rule)")
            // And the next run, once all is well, completes it.
            try retrieval.mend()
            let next = try retrieval.run("f60c28", ["-w", "--key", key])
            #expect(next.status == 0, "\(fault.rule): \(next.stderr)")
            #expect(try retrieval.holdsTogether(), "\(fault.rule)")
        }
    }

    @Test("a fault that passes is waited for")
    func repeats() throws {
        let retrieval = try Retrieval(["--sign-again"])
        let key = try retrieval.makeKey()
        for rule in [
            "POST /auth status=503 count=2", "GET /ca/* status=502 count=1", "POST /sign/* status=504 count=1",
            "POST /auth status=429 retry-after=1 count=1", "GET /ca/* status=503 retry-after-date=2 count=1",
            "POST /sign/* status=503 body=html count=3",
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
