import Dojot
public import Enrollment
import MQTT
import PKI

/// What is to happen to a fleet's certificates, with the end of each that is to run out: those are read once, here.
public struct CertificateAgenda: Sendable {
    /// One event, and when it is due, in seconds since the run's start.
    struct Entry: Sendable {
        let time: Double
        let event: ScenarioPlan.Event
    }

    private let events: [(event: ScenarioPlan.Event, end: Int64?)]

    /// How many events there are.
    var count: Int { events.count }

    /// Looks whether the certificates that are to run out do so before the run is over, and those that are to be renewed or
    /// revoked are of the platform that the login is for.
    ///
    /// - Parameters:
    ///   - login: where certificates are renewed or revoked; nil where the plan does neither.
    ///   - rest: how long the run goes on from now, in seconds.
    /// - Throws: `FleetError` with `.invalidDeclaration`; `EnrollmentError` for the files of a device whose certificate is to run out.
    public init(
        _ plan: ScenarioPlan, of devices: DeviceList, in store: CredentialStore, as login: SharedLogin?, rest: Double
    ) throws {
        let now = Timestamp.now.unixSeconds
        events = try plan.events.map { event in
            let name = devices.names[event.device]
            guard event.kind == .expire else {
                // One that is not there fails when its time has come, as it does to connect.
                if let login, let identity = try? store.load(name) { try login.check(identity) }
                return (event, nil)
            }
            let end = try store.load(name).readCertificate().notAfter
            guard Double(end - now) <= rest else {
                throw FleetError(
                    .invalidDeclaration,
                    "the certificate of \(name) is to run out, and holds until \(Timestamp(unixSeconds: end))",
                    hint:
                        "provision the fleet with certificates that hold for a shorter time: the platform decides for how long"
                )
            }
            return (event, end)
        }
    }

    /// What is to be done, in the order of time: certificates run out at the end of theirs, if that is later than what was planned.
    ///
    /// - Parameters:
    ///   - begin: when the run began.
    ///   - first: what was due before that is left out.
    func entries(since begin: MonotonicTime, from first: MonotonicTime) -> [Entry] {
        let start = Double(Timestamp.now.unixSeconds) - (MonotonicTime.now - begin)
        let all = events.map { event, end in
            Entry(time: max(event.time, end.map { Double($0 + 1) - start } ?? event.time), event: event)
        }
        return all.filter { begin + $0.time >= first }.sorted { $0.time < $1.time }
    }
}

extension SharedLogin {
    /// Looks whether a certificate is of the platform that this is the login for: its token goes to no other.
    ///
    /// - Throws: `FleetError` with `.invalidDeclaration`; `DojotError` for a profile whose gateway is none.
    func check(_ identity: Identity) throws {
        let other = try Gateway(identity.profile.gateway)
        guard other != gateway else { return }
        throw FleetError(
            .invalidDeclaration,
            "the certificate of \(identity.name) is of \(other), and the login is for \(gateway)",
            hint: "give a list of the devices of one platform with --from")
    }
}
