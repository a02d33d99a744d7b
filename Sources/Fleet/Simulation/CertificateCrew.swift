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

    private let events: [ScenarioPlan.Event]
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
        _ plan: ScenarioPlan, of devices: DeviceList, in store: CredentialStore, as login: SharedLogin?,
        trust: HTTPTrust,
        timeout: Double, endEntityPassword: String, concerns: @escaping @Sendable (Int) -> Bool = { _ in true },
        tell: @escaping @Sendable (ScenarioPlan.Event, MonotonicTime) -> Void
    ) {
        (events, self.devices, self.store, self.login) = (plan.events, devices, store, login)
        (self.trust, self.timeout, self.endEntityPassword) = (trust, timeout, endEntityPassword)
        (self.concerns, self.tell) = (concerns, tell)
    }

    /// Looks whether the certificates that are to run out do so before the run is over, and those that are to be renewed or
    /// revoked are of the platform that the login is for.
    ///
    /// - Parameter duration: of the run, in seconds.
    /// - Throws: `FleetError` with `.invalidDeclaration`; `EnrollmentError` for a device's files.
    public func check(duration: Double) throws {
        for event in events {
            if event.kind != .expire {
                // One that is not there fails when its time has come, as it does to connect.
                if let identity = try? store.load(devices.names[event.device]) { _ = try login(for: identity) }
                continue
            }
            let certificate = try store.load(devices.names[event.device]).readCertificate()
            guard Double(certificate.notAfter - Timestamp.now.unixSeconds) > duration else { continue }
            throw FleetError(
                .invalidDeclaration,
                "the certificate of \(devices.names[event.device]) is to run out, and holds until "
                    + "\(Timestamp(unixSeconds: certificate.notAfter))",
                hint:
                    "provision the fleet with certificates that hold for a shorter time: the platform decides for how long"
            )
        }
    }

    /// Begins; the events' times count from now on.
    public func start() throws(EnrollmentError) {
        let (begin, agenda) = (MonotonicTime.now, agenda())
        try helpers.start(min(Self.threads, events.count)) { self.work(through: agenda, since: begin) }
    }

    /// What is to be done, in the order of time: certificates run out at the end of theirs, if that is later than what was planned.
    private func agenda() -> [(time: Double, event: ScenarioPlan.Event)] {
        let now = Timestamp.now.unixSeconds
        let all = events.map { event in
            guard event.kind == .expire,
                let end = try? store.load(devices.names[event.device]).readCertificate().notAfter
            else { return (time: event.time, event: event) }
            return (time: max(event.time, Double(end + 1 - now)), event: event)
        }
        return all.sorted { $0.time < $1.time }
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

    private func work(through agenda: [(time: Double, event: ScenarioPlan.Event)], since begin: MonotonicTime) {
        let http = HTTPClient(trust: trust, isInterrupted: { self.helpers.isStopping })
        while true {
            let index = next.add(1, ordering: .relaxed).oldValue
            guard index < agenda.count else { return }
            let event = agenda[index].event
            let due = begin + agenda[index].time
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
        let login = try self.login(for: identity)
        let (gateway, session) = (login.gateway, try login.session(isInterrupted: { self.helpers.isStopping }))
        return switch identity.profile.platform {
        case .ejbca: EJBCACertificateAuthority(gateway: gateway, session: session, http: http, timeout: timeout)
        case .x509: X509CertificateAuthority(gateway: gateway, session: session, http: http, timeout: timeout)
        }
    }

    /// The login, where it is for the platform that a certificate is of: its token goes to no other.
    private func login(for identity: Identity) throws -> SharedLogin {
        guard let login else { throw FleetError(.invalidDeclaration, "nobody has logged in at the platform") }
        let gateway = try Gateway(identity.profile.gateway)
        guard gateway == login.gateway else {
            throw FleetError(
                .invalidDeclaration,
                "the certificate of \(identity.name) is of \(gateway), and the login is for \(login.gateway)",
                hint: "list the devices of one platform, and give the list: --from FILE")
        }
        return login
    }
}
