import Foundation
import TestSupport

/// Where one fault is made and looked at: a folder, and the services that it takes, which end with it.
final class DiagnosisBench {
    let folder: TemporaryFolder
    var environment: [String: String] = [:]
    /// What names the platform's broker.
    private(set) var broker: [String] = []
    /// A program that runs ours, with its arguments: faketime(1), setpriv(1).
    var launcher: [String] = []
    private var services: [Any] = []

    init() throws { folder = try TemporaryFolder() }

    /// Certificates for a mosquitto that was configured by hand, and for its clients.
    static let certificates = Result { () throws -> TestCertificates in
        let made = try TestCertificates()
        try made.makeAuthority("otherca")
        try made.make("device", commonName: "admin:f60c28")
        try made.make("other", commonName: "admin:77aa01")
        try made.make("expired", commonName: "admin:f60c28", days: -1)
        try made.make("early", commonName: "admin:f60c28", start: 2)
        try made.make("short", commonName: "admin:f60c28", days: 1, start: -30)
        try made.make("revoked", commonName: "admin:f60c28")
        try made.make("foreign", commonName: "admin:f60c28", authority: "otherca")
        try made.make("serveronly", commonName: "admin:f60c28", purpose: "serverAuth")
        try made.makeSelfSigned("selfsigned", commonName: "admin:f60c28")
        try made.make("mydomain", names: "DNS:mydomain.com,DNS:mqtt.example")
        try made.make("expiredbroker", names: "DNS:localhost", days: -1)
        try made.make("earlybroker", names: "DNS:localhost", start: 2)
        try made.makeSelfSigned("selfsignedbroker", commonName: "localhost", names: "DNS:localhost")
        // One that is replaced, then one that has not been for long.
        try made.revoke([], days: -1, to: "oldcrl.pem")
        try made.revoke(["revoked"])
        return made
    }

    /// The path of one of them.
    func path(_ name: String) throws -> String { try Self.certificates.get().path(name) }

    /// Keeps a service until the bench goes.
    func keep<Service>(_ service: Service) -> Service {
        services.append(service)
        return service
    }

    /// The arguments for a mosquitto over TLS with the broker's certificate of that name, and for a client's.
    func mosquitto(
        _ broker: String = "broker", client: String? = "device", authority: String = "ca", settings: [String] = [],
        brokersAuthorities: String? = nil
    ) throws -> [String] {
        let running = keep(
            try RunningBroker(
                certificates: Self.certificates.get(), name: broker, authorities: brokersAuthorities, settings: settings
            ))
        let own = try client.map { ["--cert", try path("\($0).crt"), "--key", try path("\($0).key")] } ?? []
        return ["-h", "localhost", "-p", "\(running.port)", "--cafile", try path("\(authority).crt")] + own
    }

    /// The arguments for a TLS server that asks for a certificate and closes the connection without a reason, and for a client's.
    func closingServer(client: String?) throws -> [String] {
        let own = try client.map { ["--cert", try path("\($0).crt"), "--key", try path("\($0).key")] } ?? []
        return try port(keep(ClosingTLSServer(Self.certificates.get())).port) + own
    }

    /// The arguments for something else than a broker behind a port, where TLS is expected.
    func port(_ port: UInt16, host: String = "127.0.0.1") throws -> [String] {
        ["-h", host, "-p", "\(port)", "--cafile", try path("ca.crt")]
    }

    /// The identity in its folder, without a platform; the file that is to be spoilt, and its content.
    func identity(_ template: Result<IdentityTemplate, any Error> = IdentityTemplate.ejbca) throws {
        try template.get().copyIdentity(to: folder)
    }

    /// A sandbox that knows the identity, and the identity.
    func platform(
        _ template: Result<IdentityTemplate, any Error> = IdentityTemplate.ejbca, _ arguments: [String] = []
    ) throws -> RunningSandbox {
        let sandbox = keep(try template.get().startSandbox(in: folder, arguments))
        try template.get().copyIdentity(to: folder, of: sandbox)
        environment.merge(sandbox.credentials) { $1 }
        broker = ["-h", "localhost", "-p", String(sandbox.ready.mqtts.drop { $0 != ":" }.dropFirst())]
        return sandbox
    }

    /// The path of one of the identity's files.
    func file(_ part: String) -> String { folder.path("certs/\(IdentityTemplate.name).\(part)") }

    /// Puts other content in the place of one of the identity's files.
    func spoil(_ part: String, _ change: (String) -> String) throws {
        let name = "certs/\(IdentityTemplate.name).\(part)"
        try folder.overwrite(name, change(try folder.read(name)))
    }

    /// Runs `diagnose` with the arguments.
    func run(_ arguments: [String], timeout: Double = 60) throws -> Outcome {
        let words = launcher + [Programs.path("dojot-device"), "diagnose"] + arguments
        return try Child.run(
            words[0], Array(words.dropFirst()),
            environment: environment.merging(["LC_ALL": "C.UTF-8"]) { own, _ in own },
            in: folder.path, timeout: timeout)
    }
}
