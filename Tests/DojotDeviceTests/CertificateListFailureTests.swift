import Foundation
import TestSupport
import Testing

/// EJBCA-REST of dojot 0.4 answers 500 to `GET /user/NAME/find` as soon as there is a certificate: bytes are no JSON
/// (dojot/ejbca-rest v0.4.0 to v0.4.4-rc.1, RESTmain.py).
@Suite("a platform that does not list certificates")
struct CertificateListFailureTests {
    private static let fault = "GET /user/*/find status=500"

    @Test("an unfinished retrieval is signed for again, and says so")
    func recovery() throws {
        let retrieval = try Retrieval()
        try retrieval.inject("POST /sign/* drop count=1")
        #expect(try retrieval.run("f60c28", ["--timeout", "3"]).status == 75)
        try retrieval.inject(Self.fault)
        let second = try retrieval.run("f60c28", ["--timeout", "3"])
        #expect(second.status == 0, "\(second.stderr)")
        #expect(second.stderr.contains("warning: a second certificate was signed"))
        #expect(second.stderr.contains("500"))
        #expect(try retrieval.holdsTogether())
        try retrieval.mend()
        #expect(try retrieval.certificates(of: "f60c28") == 2)
    }

    @Test("a certificate is revoked by its number, hexadecimal or decimal", arguments: [16, 10])
    func revocation(radix: Int) throws {
        let retrieval = try Retrieval(on: "0.4")
        let old = try retrieval.serial()
        #expect(try retrieval.run("f60c28", ["-w", "--broker", retrieval.sandbox.ready.mqtts]).status == 0)
        #expect(try retrieval.run("f60c28", ["-w", "--broker", retrieval.sandbox.ready.mqtts]).status == 0)
        try retrieval.inject(Self.fault)
        var number = old
        if radix == 10 {
            let python = try Child.run("/usr/bin/env", ["python3", "-c", "print(int('\(old)', 16))"])
            number = python.stdout.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        for state in ["revoked", "was revoked before"] {
            let outcome = try retrieval.program(["revoke", "f60c28", "--serial", number, "--yes"])
            #expect(outcome.status == 0, "\(outcome.stderr)")
            #expect(outcome.stdout.hasPrefix("f60c28: certificate \(old) \(state)"), "\(outcome.stdout)")
        }
        #expect(try retrieval.isListed(old))
        // The one in place stays.
        #expect(try retrieval.program(["publish", "attrs", "f60c28", "a=1"]).status == 0)
        let unknown = try retrieval.program(["revoke", "f60c28", "--serial", "00FF", "--yes"])
        #expect(unknown.status == 65)
    }
}
