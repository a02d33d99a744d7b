import Foundation
import MQTT
import TestSupport
import Testing

/// Commands that stay connected, while the device's identity is renewed under them.
@Suite("A renewed identity", .serialized)
struct RenewedIdentityTests {
    private static let program = Programs.path("dojot-device")
    private static let renewals = 5

    private func start(_ arguments: [String], _ identity: RenewableIdentity) throws -> Child {
        try Child.start(Self.program, arguments, in: identity.folder.path)
    }

    /// Renews several times while something goes on, and waits each time for the device to be connected with it.
    private func renewAgainAndAgain(_ identity: RenewableIdentity) throws {
        for _ in 0..<Self.renewals {
            try identity.renew()
            try #require(identity.waitUntilConnected())
            usleep(100_000)
        }
    }

    @Test("is taken up by subscribe config with no message of QoS 1 lost, nor repeated")
    func subscribing() throws {
        let identity = try RenewableIdentity()
        let child = try start(["subscribe", "config", "f60c28", "-d"], identity)
        try #require(child.waitFor(error: "received SUBACK"))
        let publisher = SteadyPublisher(socket: identity.socket, topic: "/admin/f60c28/config")
        try renewAgainAndAgain(identity)
        let count = publisher.stop()
        try #require(count > 100)
        try #require(child.waitFor(output: "{\"n\":\(count - 1)}\n"))
        child.signal(SIGTERM)
        let outcome = child.wait(timeout: 10)
        #expect(outcome.status == 0)
        let numbers = outcome.stdout.split(separator: "\n").map { Int($0.filter(\.isNumber)) ?? -1 }
        #expect(numbers.count == count)
        #expect(zip(numbers, 0..<count).first { $0 != $1 } == nil)
        let notes = outcome.stderr.split(separator: "\n").filter {
            $0 == "f60c28: identity renewed, reconnecting with it"
        }
        #expect(notes.count == Self.renewals)
        // The session that lasted meanwhile is gone with the command: what comes now is nobody's.
        try publishOnce(identity, "{}")
        let later = try Child.run(
            Self.program, ["subscribe", "config", "f60c28", "-c", "-t", "other", "-W", "0.5"],
            in: identity.folder.path)
        #expect(later.status == 27)
        #expect(later.stdout == "")
    }

    @Test("is taken up by publish attrs -l with no line lost, nor repeated", arguments: [0, 1, 2])
    func publishing(quality: Int) throws {
        let identity = try RenewableIdentity(brokerKind: "vernemq")
        let collector = try Collector(socket: identity.socket, topic: "admin:f60c28/attrs", quality: .atMostOnce)
        let child = try start(["publish", "attrs", "f60c28", "-q", "\(quality)", "-l"], identity)
        let feeder = Feeder(child)
        try #require(collector.wait(forMessages: 100))
        try renewAgainAndAgain(identity)
        let count = feeder.stop()
        let outcome = child.wait(timeout: 60)
        #expect(outcome.status == 0, "\(outcome.stderr)")
        #expect(outcome.stderr.split(separator: "\n").count == Self.renewals, "\(outcome.stderr)")
        _ = collector.wait(forMessages: count)
        collector.stop()
        #expect(collector.received == Array(0..<count))
    }

    @Test("is taken up by simulate")
    func simulating() throws {
        let identity = try RenewableIdentity()
        let collector = try Collector(socket: identity.socket, topic: "/admin/f60c28/attrs", quality: .atMostOnce)
        let child = try start(["simulate", "f60c28", "--every", "20ms", "n=counter"], identity)
        try #require(collector.wait(forMessages: 3))
        try renewAgainAndAgain(identity)
        child.signal(SIGTERM)
        let outcome = child.wait(timeout: 20)
        #expect(outcome.status == 0)
        let published = outcome.stderr.split(separator: "\n").last.flatMap { Int($0.prefix { $0.isNumber }) } ?? -1
        #expect(outcome.stderr.contains(" \(published) acknowledged"), "\(outcome.stderr)")
        _ = collector.wait(forMessages: published)
        collector.stop()
        #expect(Set(collector.received) == Set(1...max(1, published)))
    }

    @Test("that the broker refuses, or that is broken, is told of, and the one before stays in use")
    func refused() throws {
        let identity = try RenewableIdentity()
        try identity.certificates.makeAuthority("other")
        let child = try start(["subscribe", "config", "f60c28", "-d"], identity)
        try #require(child.waitFor(error: "received SUBACK"))
        try identity.renew(authority: "other")
        try #require(
            child.waitFor(error: "f60c28: the identity before stays in use: localhost:"), "\(child.errorSoFar)")
        try identity.renew(hasOwnKey: false)
        try #require(child.waitFor(error: "does not belong to the certificate"))
        try publishOnce(identity, "{\"n\":1}")
        #expect(child.waitFor(output: "{\"n\":1}\n"))
        try identity.renew()
        #expect(identity.waitUntilConnected())
        try publishOnce(identity, "{\"n\":2}")
        #expect(child.waitFor(output: "{\"n\":2}\n"))
        child.signal(SIGTERM)
        #expect(child.wait(timeout: 10).status == 0)
    }

    @Test("in files that flags name is taken up when the connection is made again")
    func named() throws {
        let identity = try RenewableIdentity()
        let child = try start(
            [
                "subscribe", "config", "-d", "-h", "localhost", "-p", "\(identity.broker.port)", "-t", "t",
                "--cafile", "certs/IOTmidCA.crt", "--cert", "certs/f60c28.crt", "--key", "certs/f60c28.key",
            ], identity)
        try #require(child.waitFor(error: "received SUBACK"))
        try identity.renew()
        identity.broker.stop()
        try identity.broker.start()
        #expect(identity.waitUntilConnected())
        #expect(child.waitFor(error: "certs/f60c28.crt: identity renewed, reconnecting with it"))
        child.signal(SIGTERM)
        #expect(child.wait(timeout: 10).status == 0)
    }

    private func publishOnce(_ identity: RenewableIdentity, _ payload: String) throws {
        let outcome = try Child.run(
            Self.program,
            ["publish", "attrs", "--unix", identity.socket, "-t", "/admin/f60c28/config", "-q", "1", "-m", payload])
        #expect(outcome.status == 0, "\(outcome.stderr)")
    }
}
