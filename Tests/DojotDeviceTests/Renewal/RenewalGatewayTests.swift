import Foundation
import TestSupport
import Testing

/// One login goes to one gateway, whatever the profiles of a folder name.
@Suite("renew and gateways") struct RenewalGatewayTests {
    @Test("a folder with identities of two gateways gets no login at both")
    func twoGateways() throws {
        let retrieval = try Retrieval(["--device", "f60c28"])
        let other = try RunningSandbox.start(["--device", "a1b2c3"])
        #expect(try retrieval.run().status == 0)
        let foreign = try TemporaryFolder()
        let second = try Child.run(
            Programs.path("dojot-device"), ["retrieve-cert", other.ready.gateway, "a1b2c3"],
            environment: other.credentials, in: foreign.path)
        #expect(second.status == 0, "\(second)")
        for name in ["a1b2c3.key", "a1b2c3.crt", "a1b2c3.csr", "a1b2c3.json"] {
            let copied = try retrieval.folder.write(try foreign.read("certs/\(name)"), to: "certs/\(name)")
            chmod(copied, 0o600)
        }
        func renew(_ words: [String]) throws -> Outcome {
            try Child.run(
                Programs.path("dojot-device"), ["renew", "--force"] + words,
                environment: retrieval.sandbox.credentials, in: retrieval.folder.path)
        }
        let gateways = [retrieval.sandbox.ready.gateway, other.ready.gateway].sorted()

        let all = try renew(["--all"])
        #expect(all.status == 64, "\(all)")
        #expect(
            all.stderr.contains(
                "of several gateways, which would all get the login: \(gateways.joined(separator: ", "))"))
        #expect(all.stderr.hasSuffix("hint: dojot-device renew --all --gateway \(gateways[0])\n"), "\(all)")

        let one = try renew(["--all", "--gateway", retrieval.sandbox.ready.gateway])
        #expect(one.status == 77, "\(one)")
        #expect(one.stderr.contains("f60c28: renewed") || one.stdout.contains("f60c28: renewed"), "\(one)")
        #expect(one.stderr.contains("which does not get the login"), "\(one)")

        let named = try renew(["f60c28", "a1b2c3"])
        #expect(named.status == 77, "\(named)")
        #expect(named.stderr.contains("hint: dojot-device renew a1b2c3 --gateway \(other.ready.gateway)"), "\(named)")
        #expect(try renew(["f60c28"]).status == 0)
    }
}
