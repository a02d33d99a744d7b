import Dojot
public import Enrollment
public import HTTP
public import MQTT
import PKI
import Synchronization
import Threads

/// Does to the certificates of a fleet what its scenario says, at the time that it says, while the fleet is at work.
///
/// A few threads, each with an HTTP client of its own, take one event after the other; what they do is `Enrollment`'s story.
public final class CertificateCrew: Sendable {
    /// How many events are under way at once.
    private static let threads = 4

    private let agenda: CertificateAgenda
    private let devices: DeviceList
    private let store: CredentialStore
    private let login: SharedLogin?
    private let trust: HTTPTrust
    private let timeout: Double
    private let endEntityPassword: String
    private let concerns: @Sendable (Int) -> Bool
    private let tell: @Sendable (ScenarioPlan.Event, MonotonicTime) -> Void
    private let next = Atomic<Int>(0)
    private let helpers = HelperThreads()
    private let record = Guarded(FleetRecord())

    /// - Parameters:
    ///   - login: where certificates are renewed or revoked; nil where the scenario does neither.
    ///   - timeout: for each request with all its repetitions, in seconds.
    ///   - concerns: asked at the time of an event whether it happens to the device with that place after all.
    ///   - tell: hears of each event that has happened, and when it was due, on the thread that did it.
    public init(
        _ agenda: CertificateAgenda, of devices: DeviceList, in store: CredentialStore, as login: SharedLogin?,
        trust: HTTPTrust, timeout: Double, endEntityPassword: String,
        concerns: @escaping @Sendable (Int) -> Bool = { _ in true },
        tell: @escaping @Sendable (ScenarioPlan.Event, MonotonicTime) -> Void
    ) {
        (self.agenda, self.devices, self.store, self.login) = (agenda, devices, store, login)
        (self.trust, self.timeout, self.endEntityPassword) = (trust, timeout, endEntityPassword)
        (self.concerns, self.tell) = (concerns, tell)
    }

    /// Begins.
    ///
    /// - Parameters:
    ///   - begin: when the run began: the events' times count from then.
    ///   - first: what was due before that is left out.
    public func start(since begin: MonotonicTime, from first: MonotonicTime) throws(EnrollmentError) {
        let entries = agenda.entries(since: begin, from: first)
        try helpers.start(min(Self.threads, entries.count)) { self.work(through: entries, since: begin) }
    }

    /// Begins nothing more, and waits for what is under way.
    public func stop() { helpers.stop() }

    /// What was done since the last call: renewals that failed, revocations.
    public func takeRecord() -> FleetRecord {
        record.withLock { record in
            defer { record = FleetRecord() }
            return record
        }
    }

    private func work(through entries: [CertificateAgenda.Entry], since begin: MonotonicTime) {
        let http = HTTPClient(trust: trust, isInterrupted: { self.helpers.isStopping })
        while true {
            let index = next.add(1, ordering: .relaxed).oldValue
            guard index < entries.count else { return }
            let event = entries[index].event
            let due = begin + entries[index].time
            guard helpers.sleep(until: due) else { return }
            guard concerns(event.device) else { continue }
            do {
                try carryOut(event, over: http, due)
                tell(event, due)
            } catch {
                if helpers.isStopping { return }
                let cause = ProvisioningFailure(error).code
                record.withLock { record in
                    switch event.kind {
                    case .renew: record[.renewed][.renew].fail(cause)
                    case .revoke: record[.revoked][.revoke].fail(cause)
                    case .expire: record[.expired][.connect].fail(cause)
                    }
                }
            }
        }
    }

    private func carryOut(_ event: ScenarioPlan.Event, over http: HTTPClient, _ due: MonotonicTime) throws {
        // It happens by itself.
        if event.kind == .expire { return }
        let name = devices.names[event.device]
        let identity = try store.load(name)
        let certificate = try identity.readCertificate()
        switch event.kind {
        case .expire: break
        case .renew:
            let folder = try store.checkOut(DeviceName(identity.name))
            let algorithm = certificate.publicKey.algorithm
            let order = try Enrollment.Order(
                renewing: identity, certificate, endEntityPassword: endEntityPassword, keeping: nil,
                algorithm: algorithm, overwrite: false)
            let enrollment = Enrollment(
                platforms: [try authority(of: identity, http)], folder: folder, order: order,
                clockOffset: { http.serverClockOffset }, report: { _ in })
            _ = try enrollment.run(key: { () throws(PKIError) in try PrivateKey(generating: algorithm) })
        case .revoke:
            try CertificateRevocation(
                certificate, authorityName: identity.profile.ca, reason: .unspecified
            ).run(on: try authority(of: identity, http))
            let time = due.microsecondsAgo
            record.withLock { $0[.revoked][.revoke].succeed(after: time) }
        }
    }

    private func authority(of identity: Identity, _ http: HTTPClient) throws -> any CertificateAuthority {
        guard let login else { throw FleetError(.invalidDeclaration, "nobody has logged in at the platform") }
        try login.check(identity)
        let (gateway, session) = (login.gateway, try login.session(isInterrupted: { self.helpers.isStopping }))
        return switch identity.profile.platform {
        case .ejbca: EJBCACertificateAuthority(gateway: gateway, session: session, http: http, timeout: timeout)
        case .x509: X509CertificateAuthority(gateway: gateway, session: session, http: http, timeout: timeout)
        }
    }
}
