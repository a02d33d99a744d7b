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
        options.timeout = 30
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
            name: "certificate expired", client: "expired", code: .clientExpired, says: ["expired.crt: it expired on"]),
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

    @Test(
        "where another service answers TLS", arguments: ["HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n"])
    func otherService(greeting: String) throws {
        let service = try AnsweringService(greeting)
        let error = Self.failure(try Self.options(service.port))
        #expect(error?.code == .notTLS)
        #expect(error?.message.contains("does not speak TLS") == true, "\(error?.message ?? "")")
    }

    @Test("where an HTTP server closes the connection because of what is not HTTP", arguments: [true, false])
    func closingHTTPServer(isSecured: Bool) throws {
        let service = try AnsweringService("HTTP/1.1 400 Bad Request\r\n\r\n", to: "HEAD ")
        var options = try Self.options(service.port)
        if !isSecured { options.tls = nil }
        let error = Self.failure(options)
        #expect(error?.code == (isSecured ? .notTLS : .protocolViolation), "\(error?.message ?? "connected")")
    }

    @Test("where TLS is behind the port and we speak plain")
    func plainToTLS() throws {
        let broker = try RunningBroker(certificates: Self.certificates.get())
        var options = try Self.options(broker.port)
        options.tls = nil
        let error = Self.failure(options)
        #expect(error?.code == .protocolViolation || error?.code == .closedBeforeConnack)
    }

    @Test("where the name has no address")
    func unknownHost() throws {
        let unknown = Self.failure(try Self.options(1883, host: "no-such-host.invalid"))
        #expect(unknown?.code == .nameResolution)
        #expect(unknown?.message.contains("no-such-host.invalid") == true)
    }

    @Test("where the broker says nothing, within the time limit", arguments: [true, false])
    func silent(isSecured: Bool) throws {
        let broker = try RunningBroker(certificates: isSecured ? Self.certificates.get() : nil)
        var options = try Self.options(broker.port)
        if !isSecured { options.tls = nil }
        options.timeout = 0.5
        broker.signal(SIGSTOP)
        defer { broker.signal(SIGCONT) }
        let start = Date()
        let error = Self.failure(options)
        #expect(error?.code == .timeout)
        // Well before the usual 30 s.
        #expect(Date().timeIntervalSince(start) < 15)
        #expect(error?.message.contains(isSecured ? "TLS handshake" : "CONNACK") == true)
    }

    @Test("where the broker refuses user or version")
    func refused() throws {
        let broker = try RunningBroker(settings: ["allow_anonymous false"])
        var options = MQTTClient.Options(host: "localhost", port: broker.port, clientIdentifier: "admin:f60c28")
        #expect(Self.failure(options)?.code == .connack(5))
        #expect(Self.failure(options)?.message.contains("not authorised") == true)
        options.version = .v5
        #expect(Self.failure(options)?.code == .connack(135))
    }

    @Test("before connecting, where files are missing or do not fit")
    func files() throws {
        let made = try Self.certificates.get()
        func code(_ change: (inout TLSConfiguration) -> Void) throws -> (MQTTError.Code?, String) {
            var options = try Self.options(1, host: "127.0.0.1")
            var tls = try #require(options.tls)
            change(&tls)
            options.tls = tls
            let error = Self.failure(options)
            return (error?.code, error?.message ?? "")
        }
        for change: (inout TLSConfiguration) -> Void in [
            { $0.authorityFile = "/nowhere/ca.crt" }, { $0.certificateFile = "/nowhere/ca.crt" },
            { $0.keyFile = "/nowhere/ca.crt" }, { $0.authorityFolder = "/nowhere/ca.crt" },
        ] {
            let (missing, message) = try code(change)
            #expect(missing == .fileMissing)
            #expect(message.contains("/nowhere/ca.crt: No such file"))
        }
        let (mismatch, message) = try code { $0.keyFile = made.path("foreign.key") }
        #expect(mismatch == .keyMismatch)
        #expect(message.contains("foreign.key") && message.contains("device.crt"))
        #expect(try code { $0.authorityFile = made.path("device.key") }.0 == .fileUnreadable)
        #expect(try code { $0.certificateFile = made.path("device.key") }.0 == .fileUnreadable)
        #expect(try code { $0.keyFile = made.path("device.crt") }.0 == .fileUnreadable)
        #expect(try code { $0.ciphers = "NO-SUCH-CIPHER" }.0 == .tlsSettings)
        let locked = made.path("locked.key")
        let openssl = try #require(Programs.installed("openssl"))
        let outcome = try Child.run(
            openssl, ["pkey", "-in", made.path("device.key"), "-aes128", "-passout", "pass:secret", "-out", locked])
        #expect(outcome.status == 0)
        #expect(try code { $0.keyFile = locked }.0 == .keyEncrypted)
    }

    @Test("not at all with --insecure and another name, nor with the right one")
    func works() throws {
        let made = try Self.certificates.get()
        let other = try RunningBroker(certificates: made, name: "otherbroker")
        var options = try Self.options(other.port)
        options.tls?.checksHostName = false
        #expect(Self.failure(options) == nil)
        let broker = try RunningBroker(certificates: made)
        for host in ["localhost", "127.0.0.1"] {
            #expect(Self.failure(try Self.options(broker.port, host: host)) == nil)
        }
    }
}
