import Dojot
import Enrollment
import FoundationEssentials
import PKI

/// A row of `status` as a script reads it; what is not known is left out. Times are RFC 3339, UTC.
struct StatusJSON: Encodable {
    struct Problem: Encodable {
        let code, message: String
    }

    /// A run that was cut off.
    struct Pending: Encodable {
        let gateway, ca: String?
    }

    /// As its files are named.
    let name: String
    /// "broken", "pending", "renew", "attention" or "ok".
    let state: String
    let problems: [Problem]
    let device, tenant, gateway, platform, ca, broker, brokerKind, key: String?
    let commonName, serial, fingerprint, notBefore, notAfter: String?
    /// Whole days, negative for one that expired.
    let daysLeft: Int64?
    let pending: Pending?

    init(_ row: StatusRow, at now: Timestamp) {
        let (identity, profile, certificate) = (row.identity, row.identity.profile, row.identity.certificate)
        name = identity.name
        state = row.state.rawValue
        problems = row.problems.map { Problem(code: $0.code, message: $0.message) }
        (device, tenant) = (identity.device?.device, identity.device?.tenant)
        (gateway, platform) = (identity.gateway, profile?.platform.rawValue)
        ca = identity.authorityName
        broker = profile.map { "\($0.broker.host):\($0.broker.port)" }
        brokerKind = profile?.broker.kind.rawValue
        key = identity.keyAlgorithm.map { "\($0)" }
        commonName = certificate?.subject.commonName
        serial = certificate?.serialNumber.hexadecimal
        fingerprint = certificate?.sha256Fingerprint
        notBefore = certificate.map { "\(Timestamp(unixSeconds: $0.notBefore))" }
        notAfter = certificate.map { "\(Timestamp(unixSeconds: $0.notAfter))" }
        daysLeft = certificate.map { now.days(until: Timestamp(unixSeconds: $0.notAfter)) }
        pending = identity.pending.map { Pending(gateway: $0.gateway, ca: $0.authorityName) }
    }
}
