import Foundation
import TestSupport
import Testing

/// What `renew` does when the platform misbehaves: as `retrieve-cert`, and the identity that is there stays in use.
@Suite("renew when the platform misbehaves")
struct RenewalFaultTests {
    typealias Fault = RetrievalFaultTests.Fault

    /// Those of the signature, where the two commands go ways of their own.
    static let fatal = RetrievalFaultTests.fatal.filter { $0.rule.hasPrefix("SIGN") }

    @Test(
        "a fault ends it in time with its exit code and its reason, and no file changes",
        arguments: RunningSandbox.releases)
    func fails(release: String) throws {
        let retrieval = try Retrieval(on: release, ["--sign-again"])
        // A key that is kept need not be made again each time.
        let renew = ["renew", "f60c28", "--force", "--reuse-key"]
        for fault in Self.fatal {
            let rule = fault.rule(on: release)
            let before = try retrieval.shown()
            try retrieval.inject(rule)
            let start = Date()
            let outcome = try retrieval.program(renew + ["--timeout", "\(fault.timeout)"])
            let seconds = Date().timeIntervalSince(start)
            #expect(outcome.status == fault.status, "\(rule): \(outcome.stderr)")
            #expect(outcome.stderr.contains(fault.message), "\(rule): \(outcome.stderr)")
            #expect(seconds < Double(fault.timeout) + RetrievalFaultTests.margin, "\(rule): \(seconds) s")
            #expect(try retrieval.shown() == before, "\(rule)")
            try retrieval.mend()
            let next = try retrieval.program(renew)
            #expect(next.status == 0, "\(rule): \(next.stderr)")
            #expect(try retrieval.holdsTogether(), "\(rule)")
        }
    }
}
