import Foundation
import MQTT
import TestSupport
import Testing

/// `renew` beside devices that are connected, and `--verify-broker`, on a broker of the test's own that has the sandbox's certificates.
@Suite("renew and the broker", .serialized)
final class RenewalOnBrokerTests {
    private let certificates: TestCertificates
    private let broker: RunningBroker
    private let retrieval: Retrieval

    /// - The broker first trusts another CA than the one that signs for devices.
    init() throws {
        certificates = try TestCertificates()
        retrieval = try Retrieval(["--device", "f60c28"])
        for part in ["crt", "key"] {
            let file = certificates.path("broker.\(part)")
            try FileManager.default.removeItem(atPath: file)
            try FileManager.default.copyItem(
                atPath: retrieval.sandbox.ready.dir + "/authority/broker.\(part)", toPath: file)
        }
        broker = try RunningBroker(
            certificates: certificates,
            settings: [
                "use_identity_as_username true", "max_queued_messages 0", "max_inflight_messages 0",
                "listener 0 \(certificates.path("own"))",
            ])
        let outcome = try retrieval.run("f60c28", ["--broker", "localhost:\(broker.port)"])
        try #require(outcome.status == 0, "\(outcome.stderr)")
    }

    /// Has the broker trust the CA that signs for devices.
    private func trustDevices() throws {
        try FileManager.default.removeItem(atPath: certificates.path("ca.crt"))
        try FileManager.default.copyItem(
            atPath: retrieval.sandbox.ready.dir + "/authority/ca.crt", toPath: certificates.path("ca.crt"))
        broker.stop()
        try broker.start()
    }

    @Test("--verify-broker keeps the old identity where the broker is away or does not let the new one in")
    func verifies() throws {
        let before = try retrieval.shown()
        let refused = try retrieval.program(["renew", "f60c28", "--force", "--verify-broker"])
        #expect(refused.status == 77, "\(refused.stderr)")
        #expect(try retrieval.shown() == before)
        broker.stop()
        let away = try retrieval.program(["renew", "f60c28", "--verify-broker"])
        #expect(away.status == 69, "\(away.stderr)")
        #expect(try retrieval.shown() == before)
        // Not even its key is left lying about.
        #expect(!retrieval.folder.has("certs/.identities/f60c28/candidate"))
        // All the while one certificate is signed, and it is that which comes into place in the end.
        try trustDevices()
        let outcome = try retrieval.program(["renew", "f60c28", "--verify-broker"])
        #expect(outcome.status == 0, "\(outcome.stderr)")
        #expect(try retrieval.shown() != before)
        #expect(try retrieval.holdsTogether())
        #expect(try retrieval.certificates(of: "f60c28") == 2)
        #expect(broker.log.contains("as admin:f60c28 "))
    }

    @Test("subscribe loses no message of QoS 1 through renewals, though each is tried on the broker first")
    func subscribing() throws {
        try trustDevices()
        let session = try retrieval.start(["subscribe", "config", "f60c28", "-d"])
        try #require(session.waitFor(error: "received SUBACK"))
        let publisher = SteadyPublisher(socket: certificates.path("own"), topic: "/admin/f60c28/config")
        for _ in 0..<3 {
            let outcome = try retrieval.program(["renew", "f60c28", "--force", "--verify-broker"])
            #expect(outcome.status == 0, "\(outcome.stderr)")
            usleep(300_000)
        }
        let count = publisher.stop()
        try #require(count > 100)
        #expect(session.waitFor(output: "{\"n\":\(count - 1)}\n"))
        session.signal(SIGTERM)
        let outcome = session.wait(timeout: 20)
        #expect(outcome.status == 0, "\(outcome.stderr.suffix(500))")
        #expect(outcome.stderr.contains("f60c28: identity renewed, reconnecting with it\n"))
        let numbers = outcome.stdout.split(separator: "\n").map { Int($0.filter(\.isNumber)) ?? -1 }
        #expect(Set(numbers) == Set(0..<count))
    }

    @Test("publish -l loses no line through renewals")
    func publishing() throws {
        try trustDevices()
        let collector = try Collector(
            socket: certificates.path("own"), topic: "/admin/f60c28/attrs", quality: .atMostOnce)
        let child = try retrieval.start(["publish", "attrs", "f60c28", "-l"])
        let feeder = Feeder(child)
        try #require(collector.wait(forMessages: 100))
        for _ in 0..<3 {
            let outcome = try retrieval.program(["renew", "f60c28", "--force", "--revoke-old"])
            #expect(outcome.status == 0, "\(outcome.stderr)")
        }
        let count = feeder.stop()
        let outcome = child.wait(timeout: 60)
        #expect(outcome.status == 0, "\(outcome.stderr)")
        #expect(outcome.stderr.contains("f60c28: identity renewed, reconnecting with it\n"))
        _ = collector.wait(forMessages: count)
        collector.stop()
        #expect(collector.received == Array(0..<count))
    }
}
