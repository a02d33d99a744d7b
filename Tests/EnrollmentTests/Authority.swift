import Dojot
import PKI

@testable import Enrollment

/// A CA made for a test, with real keys, and the identities that it signs.
struct Authority {
    static let now = Timestamp.now.unixSeconds
    static let year: Int64 = 365 * 86_400

    let key: PrivateKey
    let certificate: Certificate

    init(_ name: String = "IOTmidCA") throws {
        key = try PrivateKey(generating: .p256)
        certificate = try Certificate(
            issuing: Certificate.Contents(
                subject: DistinguishedName(commonName: name), publicKey: key.publicKey,
                validity: Self.now - 86_400...Self.now + Self.year, isCertificateAuthority: true),
            signedBy: key)
    }

    func sign(
        _ request: CertificateRequest, validity: ClosedRange<Int64> = Self.now - 60...Self.now + Self.year
    ) throws -> Certificate {
        try Certificate(
            issuing: Certificate.Contents(
                subject: request.subject, publicKey: request.publicKey, validity: validity),
            issuer: certificate, signedBy: key)
    }
}

/// A run as `Enrollment` begins it, with a key that takes no time.
func makeRun(_ name: String, gateway: String = "http://localhost:8000") throws -> PendingRun {
    let key = try PrivateKey(generating: .p256)
    let request = try CertificateRequest(subject: DistinguishedName(commonName: name), signedBy: key)
    return PendingRun(
        order: PendingRun.Order(gateway: gateway, ca: "IOTmidCA"), tenant: "admin", key: key, request: request)
}

func makeProfile(_ name: String, tenant: String = "admin", _ certificate: Certificate) throws -> Profile {
    Profile(
        gateway: "http://localhost:8000", tenant: tenant, device: String(name.split(separator: ":").last ?? ""),
        commonName: certificate.subject.commonName ?? "", ca: "IOTmidCA", platform: .ejbca,
        broker: Profile.Broker(host: "localhost", port: 8883, kind: .mosca),
        certificate: Profile.CertificateSummary(
            serial: certificate.serialNumber.hexadecimal, notBefore: "\(Timestamp(unixSeconds: certificate.notBefore))",
            notAfter: "\(Timestamp(unixSeconds: certificate.notAfter))"))
}
