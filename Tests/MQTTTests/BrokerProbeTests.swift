import Foundation
import TestSupport
import Testing

@testable import MQTT

/// What a probe sees of a broker, step by step, where a client says one thing only.
@Suite("A probe of a broker")
struct BrokerProbeTests {
    static func probe(_ broker: RunningBroker, client: String? = "device", authority: String = "ca") throws
        -> BrokerProbe
    {
        BrokerProbe(try ConnectionFailureTests.options(broker.port, authority: authority, client: client))
    }

    /// The first address that can be connected to.
    static func target(_ probe: BrokerProbe) throws -> BrokerProbe.Target {
        try #require(try probe.reach(probe.resolve()).first { $0.failure == nil }).target
    }

    @Test("names the addresses, and those at which nobody is")
    func reaching() throws {
        let broker = try RunningBroker()
        var options = MQTTClient.Options(host: "127.0.0.1", port: broker.port)
        let there = BrokerProbe(options)
        let attempts = try there.reach(there.resolve())
        #expect(attempts.map { "\($0.target)" } == ["127.0.0.1:\(broker.port)"])
        #expect(attempts.allSatisfy { $0.failure == nil })
        options.port = 1
        let nowhere = BrokerProbe(options)
        #expect(try nowhere.reach(nowhere.resolve()).map { $0.failure?.code } == [.refused])
        options.host = "no-such-host.invalid"
        #expect(throws: MQTTError.self) { try BrokerProbe(options).resolve() }
    }

    @Test("sees the whole handshake where all is well")
    func secured() throws {
        let made = try ConnectionFailureTests.certificates.get()
        let broker = try RunningBroker(certificates: made)
        let probe = try Self.probe(broker)
        let report = probe.secure(try Self.target(probe))
        #expect(report.failure == nil && report.refusals.isEmpty)
        #expect(report.version == "TLSv1.3" && report.cipher?.hasPrefix("TLS_") == true)
        #expect(report.asksForCertificate)
        let openssl = try #require(Programs.installed("openssl"))
        let der = try Child.run(openssl, ["x509", "-in", made.path("broker.crt"), "-outform", "DER"]).standardOutput
        #expect(report.chain.first == der)
    }

    @Test("sends a password only over a connection whose peer it has verified itself")
    func password() throws {
        let made = try ConnectionFailureTests.certificates.get()
        let broker = try RunningBroker(certificates: made)
        var options = try ConnectionFailureTests.options(broker.port, authority: "otherca")
        // Without a password the probe goes on, to see more.
        _ = try BrokerProbe(options).open(version: .v311)
        (options.username, options.password) = ("me", "secret")
        let connections = broker.log.components(separatedBy: "New client connected").count
        let error = #expect(throws: MQTTError.self) { _ = try BrokerProbe(options).open(version: .v311) }
        #expect(error?.code == .serverUnknownAuthority, "\(error?.message ?? "")")
        #expect(broker.log.components(separatedBy: "New client connected").count == connections)
        options = try ConnectionFailureTests.options(broker.port)
        (options.username, options.password) = ("me", "secret")
        _ = try BrokerProbe(options).open(version: .v311)
    }

    @Test("names the authorities whose certificates a broker says to take")
    func acceptedAuthorities() throws {
        let made = try ConnectionFailureTests.certificates.get()
        let port = try FreePort.next()
        // mosquitto does not say; Node's servers do, as openssl's does.
        let server = try Child.start(
            try #require(Programs.installed("openssl")),
            [
                "s_server", "-accept", "127.0.0.1:\(port)", "-cert", made.path("broker.crt"), "-key",
                made.path("broker.key"), "-CAfile", made.path("otherca.crt"), "-Verify", "1",
            ])
        #expect(server.waitFor(output: "ACCEPT"))
        let probe = BrokerProbe(try ConnectionFailureTests.options(port, host: "127.0.0.1"))
        let report = probe.secure(try Self.target(probe))
        #expect(report.acceptedAuthorities == ["CN = otherca"], "\(report)")
    }

    @Test("goes on past a certificate that does not hold, and names all that is wrong with it")
    func tolerant() throws {
        let made = try ConnectionFailureTests.certificates.get()
        try made.make("worst", names: "DNS:broker.example", days: -1)
        let broker = try RunningBroker(certificates: made, name: "worst")
        let probe = try Self.probe(broker, authority: "otherca")
        let report = probe.secure(try Self.target(probe))
        #expect(report.failure == nil && report.version != nil)
        #expect(Set(report.refusals.map(\.code)) == [.serverUnknownAuthority, .serverName, .serverExpired])
        #expect(throws: Never.self) { try probe.open(version: .v5) }
    }

    @Test("hears the refusal of our certificate all the same", arguments: ["revoked", "expired", "foreign", nil])
    func refused(client: String?) throws {
        let made = try ConnectionFailureTests.certificates.get()
        let broker = try RunningBroker(
            certificates: made, name: "otherbroker", settings: ["crlfile \(made.path("crl.pem"))"])
        let wanted: [String?: MQTTError.Code] = [
            "revoked": .clientRevoked, "expired": .clientExpired, "foreign": .clientUnknownAuthority,
            nil: .certificateRequired,
        ]
        let probe = try Self.probe(broker, client: client)
        for _ in 0..<10 {
            let error = #expect(throws: MQTTError.self) { try probe.open(version: .v311) }
            #expect(error?.code == wanted[client], "\(error?.message ?? "")")
        }
    }

    @Test("tells plain MQTT, HTTP and silence from TLS")
    func others() throws {
        let broker = try RunningBroker()
        let plain = try Self.probe(broker)
        let closed = plain.secure(try Self.target(plain))
        #expect(closed.failure?.code == .handshakeClosed && closed.greeting.isEmpty)
        #expect(plain.greet(try Self.target(plain), within: 5) == .mqtt)

        let service = try AnsweringService("HTTP/1.1 400 Bad Request\r\n\r\n")
        let http = BrokerProbe(try ConnectionFailureTests.options(service.port, host: "127.0.0.1"))
        let report = http.secure(try Self.target(http))
        #expect(report.failure?.code == .notTLS)
        #expect(String(decoding: report.greeting, as: UTF8.self).hasPrefix("HTTP/1.1 400"))
        guard case .other(let words) = http.greet(try Self.target(http), within: 5) else {
            Issue.record("HTTP is taken for something else")
            return
        }
        #expect(words.starts(with: Array("HTTP/1.1".utf8)))

        let secured = try RunningBroker(certificates: ConnectionFailureTests.certificates.get())
        let tls = try Self.probe(secured)
        #expect([.tls, .closed].contains(tls.greet(try Self.target(tls), within: 5)))
        secured.signal(SIGSTOP)
        defer { secured.signal(SIGCONT) }
        var options = tls.options
        options.timeout = 0.5
        let impatient = BrokerProbe(options)
        #expect(impatient.secure(try Self.target(impatient)).failure?.code == .timeout)
        #expect(impatient.greet(try Self.target(impatient), within: 0.5) == .silent)
    }

    @Test("asks what it may do")
    func permissions() throws {
        let folder = try TemporaryFolder()
        let list = try folder.write("topic write own/attrs\ntopic read own/config\n", to: "acl")
        let broker = try RunningBroker(settings: ["acl_file \(list)"])
        let probe = BrokerProbe(MQTTClient.Options(host: "localhost", port: broker.port, clientIdentifier: "a"))
        let session = try probe.open(version: .v5)
        #expect(try session.subscribe(to: "own/config") == .accepted)
        #expect(try session.publish(Array("{}".utf8), to: "own/attrs") == .accepted)
        #expect(try session.publish(Array("{}".utf8), to: "other/attrs") == .refused(135))
        let older = try probe.open(version: .v311)
        #expect(try older.publish(Array("{}".utf8), to: "other/attrs") == .accepted)
        guard case .closed = try session.publish([], to: "own/attrs") else {
            Issue.record("the session was not taken over")
            return
        }
    }
}
