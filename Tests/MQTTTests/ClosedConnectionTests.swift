import Foundation
import PKI
import TestSupport
import Testing

@testable import MQTT

/// A peer that ends a connection and does not say why: what is known on this side decides.
@Suite("A connection that ends without a reason")
struct ClosedConnectionTests {
    /// Who connects: one client, or the loop of a fleet.
    enum Connector: CaseIterable {
        case client, loop

        func failure(_ options: MQTTClient.Options) throws -> MQTTError? {
            switch self {
            case .client: return ConnectionFailureTests.failure(options)
            case .loop: return try Self.lossInLoop(options)
            }
        }

        private static func lossInLoop(_ options: MQTTClient.Options) throws -> MQTTError? {
            var settings = ConnectionLoop.Options(host: options.host, port: options.port)
            settings.tls = options.tls.map {
                var tls = TLSConfiguration(authorityFile: $0.authorityFile)
                tls.revocationList = $0.revocationList
                return tls
            }
            settings.version = options.version
            settings.timeout = options.timeout
            let loop = try ConnectionLoop(settings)
            let member = ConnectionLoop.Member(
                clientIdentifier: options.clientIdentifier ?? "a", certificateFile: options.tls?.certificateFile,
                keyFile: options.tls?.keyFile)
            try loop.connect(7, as: member)
            var (loss, isOver) = (MQTTError?.none, false)
            let end = MonotonicTime.after(30)
            while !isOver && MonotonicTime.now < end {
                loop.wait(until: end) { _, event in
                    if case .lost(let error, _) = event { loss = error }
                    isOver = true
                }
            }
            return loss
        }
    }

    static let certificates = Result { () throws -> TestCertificates in
        let made = try ConnectionFailureTests.certificates.get()
        try made.make("early", days: 60, start: 30)
        try made.make("serveronly", purpose: "serverAuth")
        return made
    }

    static func options(_ port: UInt16, client: String? = "device") throws -> MQTTClient.Options {
        _ = try certificates.get()
        return try ConnectionFailureTests.options(port, host: "127.0.0.1", client: client)
    }

    struct Row: CustomTestStringConvertible {
        let client: String?
        let code: MQTTError.Code
        let says: [String]
        var testDescription: String { client ?? "none" }
    }

    static let rows = [
        Row(client: "expired", code: .clientExpired, says: ["without a reason", "expired.crt expired on 20"]),
        Row(client: "early", code: .clientNotYetValid, says: ["without a reason", "early.crt is not valid before 20"]),
        Row(
            client: "foreign", code: .clientUnknownAuthority,
            says: ["without a reason", "foreign.crt was not signed by any CA in", "ca.crt: its issuer is", "otherca"]),
        Row(
            client: "serveronly", code: .clientCertificate,
            says: ["without a reason", "serveronly.crt is not for a TLS client", "clientAuth"]),
        Row(
            client: nil, code: .certificateRequired,
            says: ["without a reason: it asks for a certificate, and none was given"]),
        Row(client: "device", code: .closedBeforeConnack, says: ["closed the connection before it answered"]),
    ]

    @Test(
        "once the TLS handshake is over names what is wrong with our certificate", arguments: rows, Connector.allCases)
    func silent(row: Row, connector: Connector) throws {
        for version in ["-tls1_3", "-tls1_2"] {
            let server = try ClosingTLSServer(Self.certificates.get(), version: version)
            let error = try connector.failure(try Self.options(server.port, client: row.client))
            #expect(error?.code == row.code, "\(version): \(error?.message ?? "connected")")
            for text in row.says { #expect(error?.message.contains(text) == true, "\(error?.message ?? "")") }
        }
    }

    @Test(
        "is explained by a revoked certificate where the local CRL is valid and lists it",
        arguments: Connector.allCases)
    func revoked(connector: Connector) throws {
        let made = try TestCertificates()
        try made.make("device")
        try made.make("broker", names: "DNS:localhost,IP:127.0.0.1")
        try made.revoke(["device"])
        try made.revoke([], to: "other.pem")
        try made.revoke(["device"], days: -1, to: "old.pem")
        let rows: [(list: String, code: MQTTError.Code, says: String)] = [
            ("crl.pem", .clientRevoked, "device.crt is revoked, according to \(made.path("crl.pem"))"),
            ("other.pem", .closedBeforeConnack, "closed the connection before it answered"),
            // A CRL that has expired proves nothing.
            ("old.pem", .closedBeforeConnack, "closed the connection before it answered"),
        ]
        for (list, code, text) in rows {
            let server = try ClosingTLSServer(made)
            var options = try Self.options(server.port)
            let content = try [UInt8](Data(contentsOf: URL(fileURLWithPath: made.path(list))))
            options.tls = TLSConfiguration(
                authorityFile: made.path("ca.crt"), certificateFile: made.path("device.crt"),
                keyFile: made.path("device.key"))
            options.tls?.revocationList = .init(try CertificateRevocationList(pem: content), file: made.path(list))
            let error = try connector.failure(options)
            #expect(error?.code == code, "\(list): \(error?.message ?? "connected")")
            #expect(error?.message.contains(text) == true, "\(list): \(error?.message ?? "")")
        }
    }

    @Test("has nothing to do with a certificate that nobody asked for", arguments: Connector.allCases)
    func unasked(connector: Connector) throws {
        let server = try ClosingTLSServer(Self.certificates.get(), asksForCertificate: false)
        let error = try connector.failure(try Self.options(server.port, client: "expired"))
        #expect(error?.code == .closedBeforeConnack, "\(error?.message ?? "connected")")
    }

    @Test(
        "as soon as it is made is closed, and no sign of MQTT without TLS", arguments: [true, false],
        Connector.allCases)
    func closedAtOnce(isSecured: Bool, connector: Connector) throws {
        for ending in [AnsweringService.Ending.unheard, .atOnce] {
            let service = try AnsweringService("", ending: ending)
            for _ in 0..<15 {
                var options = try Self.options(service.port)
                if !isSecured { options.tls = nil }
                let error = try connector.failure(options)
                let wanted: MQTTError.Code = isSecured ? .handshakeClosed : .closedBeforeConnack
                #expect(error?.code == wanted, "\(error?.message ?? "connected")")
                #expect(error?.message.contains("closed the connection") == true, "\(error?.message ?? "")")
                #expect(error?.message.contains("without TLS") == false)
            }
        }
    }

    @Test("is MQTT without TLS where that answers", arguments: Connector.allCases)
    func plain(connector: Connector) throws {
        let broker = try RunningBroker()
        let error = try connector.failure(try Self.options(broker.port))
        #expect(error?.code == .notTLS)
        #expect(error?.message.contains("speaks MQTT without TLS") == true, "\(error?.message ?? "")")
    }

    @Test("is none where nobody listens", arguments: [true, false], Connector.allCases)
    func refused(isSecured: Bool, connector: Connector) throws {
        for _ in 0..<15 {
            var options = try Self.options(1)
            if !isSecured { options.tls = nil }
            let error = try connector.failure(options)
            #expect(error?.code == .refused)
            #expect(error?.message == "cannot connect to 127.0.0.1:1: connection refused")
        }
    }

    /// TLS alerts that say less than is known here; RFC 8446, section 6. As a record in answer to the ClientHello.
    static let alerts: [(UInt8, String?, MQTTError.Code, String)] = [
        // Erlang's "certificate expired" is about all dates.
        (45, "expired", .clientExpired, "expired.crt: it expired on 20"),
        (45, "early", .clientNotYetValid, "early.crt: it is not valid before 20"),
        (45, "device", .clientExpired, "device.crt has expired, but by this machine's clock it is valid: from 20"),
        // Java's "certificate unknown" is about everything, and its "bad certificate" about none at all.
        (46, "expired", .clientExpired, "expired.crt (alert 46, certificate unknown): it expired on 20"),
        (46, "foreign", .clientUnknownAuthority, "it was not signed by any CA in"),
        (46, "device", .clientCertificate, "refuses the certificate in"),
        (46, nil, .certificateRequired, "asks for a certificate, and none was given"),
        (42, nil, .certificateRequired, "asks for a certificate, and none was given"),
        (42, "early", .clientNotYetValid, "it is not valid before 20"),
    ]

    @Test("but an alert is read by what is known of our certificate", arguments: alerts, Connector.allCases)
    func alert(row: (UInt8, String?, MQTTError.Code, String), connector: Connector) throws {
        let (alert, client, code, text) = row
        let record: [UInt8] = [0x15, 3, 3, 0, 2, 2, alert]
        let service = try AnsweringService(String(decoding: record, as: UTF8.self))
        let error = try connector.failure(try Self.options(service.port, client: client))
        #expect(error?.code == code, "\(error?.message ?? "connected")")
        #expect(error?.message.contains(text) == true, "\(error?.message ?? "")")
    }

    @Test("or without an answer has a hint where MQTT 5 was spoken")
    func versionHint() throws {
        let service = try AnsweringService("", ending: .soon)
        var options = MQTTClient.Options(host: "127.0.0.1", port: service.port, clientIdentifier: "a")
        for version in [ProtocolVersion.v5, .v311] {
            options.version = version
            let error = ConnectionFailureTests.failure(options)
            #expect(error?.code == .closedBeforeConnack)
            #expect(error?.hint?.contains("-V 311") == (version == .v5))
        }
        let broker = try RunningBroker()
        broker.signal(SIGSTOP)
        defer { broker.signal(SIGCONT) }
        options.port = broker.port
        options.version = .v5
        options.timeout = 0.5
        let error = ConnectionFailureTests.failure(options)
        #expect(error?.code == .timeout)
        #expect(error?.hint?.contains("-V 311") == true)
    }

    @Test("because QoS 2 is answered with the acknowledgement of QoS 1 has a hint")
    func qualityHint() throws {
        let service = try PubackService()
        let client = try MQTTClient(MQTTClient.Options(host: "127.0.0.1", port: service.port, clientIdentifier: "a"))
        try client.connect()
        let error = #expect(throws: MQTTError.self) {
            try client.deliver([1], to: "a", qualityOfService: .exactlyOnce, within: 30)
        }
        #expect(error?.code == .protocolViolation, "\(error?.message ?? "")")
        #expect(error?.hint?.contains("-q 1") == true)
    }
}

/// A broker that answers every publication with a PUBACK, as RabbitMQ does at QoS 2; it serves one connection.
private final class PubackService: Sendable {
    let port: UInt16

    init() throws {
        let (listener, port) = try LoopbackSocket.bound()
        self.port = port
        guard listen(listener, 1) == 0 else { throw SupportError("cannot listen") }
        Thread.detachNewThread {
            let client = accept(listener, nil, nil)
            close(listener)
            defer { close(client) }
            var buffer = [UInt8](repeating: 0, count: 4096)
            for answer in [[0x20, 2, 0, 0], [0x40, 2, 0, 1]] as [[UInt8]] {
                guard recv(client, &buffer, buffer.count, 0) > 0 else { return }
                send(client, answer, answer.count, Int32(MSG_NOSIGNAL))
            }
            _ = recv(client, &buffer, buffer.count, 0)
        }
    }
}
