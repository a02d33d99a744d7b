import Foundation
import TestSupport
import Testing

@testable import MQTT

/// Why a connection fails: every row of what the usual client leaves unsaid.
@Suite("A failed connection says why")
struct ConnectionFailureTests {
    static let certificates = Result { () throws -> TestCertificates in
        let made = try TestCertificates()
        try made.makeAuthority("otherca")
        try made.make("device", commonName: "admin:f60c28")
        try made.make("revoked")
        try made.make("expired", days: -1)
        try made.make("foreign", authority: "otherca")
        try made.make("expiredbroker", names: "DNS:localhost", days: -1)
        try made.make("otherbroker", names: "DNS:broker.example,DNS:mqtt.example")
        try made.revoke(["revoked"])
        return made
    }

    static func options(
        _ port: UInt16, host: String = "localhost", authority: String = "ca", client: String? = "device"
    ) throws -> MQTTClient.Options {
        let made = try certificates.get()
        var options = MQTTClient.Options(host: host, port: port, clientIdentifier: "admin:f60c28")
        options.tls = TLSConfiguration(
            authorityFile: made.path("\(authority).crt"), certificateFile: client.map { made.path("\($0).crt") },
            keyFile: client.map { made.path("\($0).key") })
        options.timeout = 10
        return options
    }

    static func failure(_ options: MQTTClient.Options) -> MQTTError? {
        do throws(MQTTError) {
            let client = try MQTTClient(options)
            try client.connect()
            client.disconnect()
            return nil
        } catch {
            return error
        }
    }

    struct Row: CustomTestStringConvertible {
        let name: String
        var broker = "broker"
        var host = "localhost"
        var authority = "ca"
        var client: String? = "device"
        let code: MQTTError.Code
        let says: [String]
        var testDescription: String { name }
    }

    static let rows = [
        Row(name: "wrong CA", authority: "otherca", code: .serverUnknownAuthority, says: ["not signed by", "CN = ca"]),
        Row(
            name: "wrong host name", broker: "otherbroker", code: .serverName,
            says: ["not for localhost", "broker.example, mqtt.example"]),
        Row(
            name: "wrong address", broker: "otherbroker", host: "127.0.0.1", code: .serverName,
            says: ["not for 127.0.0.1"]),
        Row(name: "broker's certificate expired", broker: "expiredbroker", code: .serverExpired, says: ["expired on"]),
        Row(name: "certificate revoked", client: "revoked", code: .clientRevoked, says: ["revoked.crt is revoked"]),
        Row(
            name: "certificate expired", client: "expired", code: .clientExpired, says: ["expired.crt has expired"]),
        Row(
            name: "unknown issuer", client: "foreign", code: .clientUnknownAuthority,
            says: ["does not know who signed", "foreign.crt"]),
        Row(name: "no certificate", client: nil, code: .certificateRequired, says: ["asks for a certificate"]),
    ]

    @Test("at the TLS handshake, every time", arguments: rows)
    func handshake(row: Row) throws {
        let made = try Self.certificates.get()
        let broker = try RunningBroker(
            certificates: made, name: row.broker, settings: ["crlfile \(made.path("crl.pem"))"])
        for _ in 0..<15 {
            let error = Self.failure(
                try Self.options(broker.port, host: row.host, authority: row.authority, client: row.client))
            #expect(error?.code == row.code, "\(error?.message ?? "connected")")
            for text in row.says { #expect(error?.message.contains(text) == true, "\(error?.message ?? "")") }
            #expect(error?.isPermanent == true)
        }
    }

    @Test("where nobody listens, with TLS and without", arguments: [true, false])
    func nobodyListens(tls: Bool) throws {
        for _ in 0..<15 {
            var options = try Self.options(try FreePort.next())
            if !tls { options.tls = nil }
            let error = try #require(Self.failure(options))
            #expect(error.code == .refused)
            #expect(error.message == "cannot connect to 127.0.0.1:\(options.port): connection refused")
        }
    }
}
