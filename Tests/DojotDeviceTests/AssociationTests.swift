import Foundation
import TestSupport
import Testing

/// Generation B lets nothing through for a certificate that is not associated with its device.
@Suite struct AssociationTests {
    /// Whether what the device publishes is stored.
    private func isStored(_ retrieval: Retrieval) throws -> Bool {
        let outcome = try Child.run(
            Programs.path("dojot-device"),
            ["publish", "attrs", "f60c28", "temperature=21.5", "--confirm", "--confirm-within", "3"],
            environment: retrieval.sandbox.credentials, in: retrieval.folder.path)
        return outcome.status == 0
    }

    private func retrieval(_ arguments: [String] = []) throws -> (Retrieval, broker: [String]) {
        let retrieval = try Retrieval(["--release", "0.8"] + arguments)
        return (retrieval, ["--broker", retrieval.sandbox.ready.mqtts, "--key-type", "p256", "--timeout", "3"])
    }

    @Test("a release that drops the owner without a word is told again")
    func olderReleases() throws {
        let (retrieval, broker) = try retrieval(["--ignore-belongs-to"])
        #expect(try retrieval.run("f60c28", broker).status == 0)
        #expect(try isStored(retrieval))
    }

    @Test(
        "what could not be associated is an error that says so, and the next run completes it",
        arguments: [
            "PATCH /x509/v1/certificates/* status=500", "PATCH /x509/v1/certificates/* reset",
            "GET /x509/v1/certificates/* status=403", "PATCH /x509/v1/certificates/* drop count=1",
        ])
    func completed(fault: String) throws {
        let (retrieval, broker) = try retrieval(["--ignore-belongs-to"])
        try retrieval.inject(fault)
        let first = try retrieval.run("f60c28", broker)
        if fault.hasSuffix("count=1") {
            // Only the answer was lost, and to ask again does no harm.
            #expect(first.status == 0)
        } else {
            #expect(first.status != 0)
            #expect(first.stderr.contains("the certificate is signed, but not associated with the device"))
            #expect(first.stderr.contains("hint: run the same command again: it completes the association"))
            #expect(try retrieval.shown().isEmpty)
        }
        try retrieval.mend()
        let second = try retrieval.run("f60c28", broker)
        #expect(second.status == 0)
        #expect(try isStored(retrieval))
        #expect(try retrieval.signedByX509() == 1)
    }

    @Test("a certificate whose answer was lost is found again, associated or not", arguments: [true, false])
    func foundAgain(isAssociated: Bool) throws {
        let (retrieval, broker) = try retrieval(isAssociated ? [] : ["--ignore-belongs-to"])
        try retrieval.inject("POST /x509/v1/certificates drop count=1")
        #expect(try retrieval.run("f60c28", broker).status == 75)
        let second = try retrieval.run("f60c28", broker)
        #expect(second.status == 0)
        #expect(second.stderr.contains("the certificate had been signed before; the platform still has it"))
        #expect(try isStored(retrieval))
        #expect(try retrieval.signedByX509() == 1)
    }
}
