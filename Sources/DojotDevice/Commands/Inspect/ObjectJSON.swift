import Dojot
import PKI

/// One object as a script reads it; what an object does not have is left out. Times are RFC 3339, UTC.
struct ObjectJSON: Encodable {
    struct Key: Encodable {
        /// Such as "RSA 2048" or "P-256".
        let name: String
        /// The size in bits, and how many an attacker would have to guess.
        let bits, securityBits: Int?
        /// The SHA-256 of the public key in DER.
        let fingerprint: String

        init(_ key: PublicKey) {
            let strength = key.strength
            (name, bits, securityBits) = ("\(key.algorithm)", strength?.bits, strength?.securityBits)
            fingerprint = key.sha256Fingerprint
        }
    }

    struct Extension: Encodable {
        let name: String
        let isCritical: Bool
        /// As OpenSSL prints it.
        let text: String
    }

    struct Revoked: Encodable {
        let serial, date, reason: String
    }

    let file: String
    /// "certificate", "request", "crl", "private-key", "encrypted-key" or "public-key".
    let kind: String
    /// "PEM", "DER" or "base64".
    let encoding: String
    /// The number of its BEGIN line, from 1; of PEM only.
    let line: Int?
    /// Which of a PKCS #7 message's objects it is, from 1.
    let numberInMessage: Int?

    private(set) var subject, issuer, commonName, tenant, device: String?
    /// In hexadecimal, and as EJBCA's routes want it.
    private(set) var serial, serialDecimal: String?
    private(set) var notBefore, notAfter: String?
    /// Whole days, negative for one that expired.
    private(set) var daysLeft: Int64?
    private(set) var key: Key?
    private(set) var signatureAlgorithm: String?
    private(set) var subjectAlternativeNames, keyUsage, extendedKeyUsage: [String]?
    private(set) var isKeyUsageCritical, isCertificateAuthority, isSelfSigned: Bool?
    private(set) var version, pathLength: Int?
    private(set) var otherExtensions: [Extension]?
    private(set) var subjectKeyIdentifier, authorityKeyIdentifier: String?
    /// The SHA-256 of a certificate in DER, with colons, as x509-identity-mgmt wants it.
    private(set) var fingerprint: String?
    private(set) var number, thisUpdate, nextUpdate: String?
    private(set) var revoked: [Revoked]?

    init(_ found: Inspection.Object, at now: Timestamp) {
        (file, line, numberInMessage) = (found.file, found.line, found.numberInMessage)
        encoding = found.encoding.rawValue
        key = found.object.publicKey.map(Key.init)
        switch found.object {
        case .certificate(let certificate):
            kind = "certificate"
            take(certificate, at: now)
        case .request(let request):
            kind = "request"
            take(request)
        case .revocationList(let list):
            kind = "crl"
            take(list)
        case .privateKey: kind = "private-key"
        case .encryptedKey: kind = "encrypted-key"
        case .publicKey: kind = "public-key"
        }
    }

    private mutating func take(_ certificate: Certificate, at now: Timestamp) {
        take(subject: certificate.subject)
        if certificate.isCertificateAuthority { (tenant, device) = (nil, nil) }
        issuer = "\(certificate.issuer)"
        serial = certificate.serialNumber.hexadecimal
        serialDecimal = certificate.serialNumber.decimal
        let (unreadableStart, unreadableEnd) = certificate.unreadableDates
        if unreadableStart == nil { notBefore = "\(Timestamp(unixSeconds: certificate.notBefore))" }
        if unreadableEnd == nil {
            let end = Timestamp(unixSeconds: certificate.notAfter)
            (notAfter, daysLeft) = ("\(end)", now.days(until: end))
        }
        signatureAlgorithm = "\(certificate.signature)"
        take(certificate.subjectAlternativeNames, certificate.keyUsage, certificate.extendedKeyUsage)
        isKeyUsageCritical = certificate.isKeyUsageCritical
        isCertificateAuthority = certificate.isCertificateAuthority
        isSelfSigned = certificate.isSelfSigned
        (version, pathLength) = (certificate.version, certificate.pathLength)
        take(certificate.otherExtensions)
        subjectKeyIdentifier = certificate.subjectKeyIdentifier
        authorityKeyIdentifier = certificate.authorityKeyIdentifier
        fingerprint = certificate.sha256Fingerprint
    }

    private mutating func take(_ request: CertificateRequest) {
        take(subject: request.subject)
        signatureAlgorithm = "\(request.signature)"
        take(request.subjectAlternativeNames, request.keyUsage, request.extendedKeyUsage)
        take(request.otherExtensions)
    }

    private mutating func take(_ extensions: [OtherExtension]) {
        otherExtensions = extensions.map { Extension(name: $0.name, isCritical: $0.isCritical, text: $0.text) }
    }

    private mutating func take(_ list: CertificateRevocationList) {
        issuer = "\(list.issuer)"
        signatureAlgorithm = "\(list.signature)"
        number = list.number?.decimal
        if list.thisUpdate != .min { thisUpdate = "\(Timestamp(unixSeconds: list.thisUpdate))" }
        nextUpdate = list.nextUpdate.map { "\(Timestamp(unixSeconds: $0))" }
        revoked = list.entries.map {
            Revoked(
                serial: $0.serialNumber.hexadecimal, date: "\(Timestamp(unixSeconds: $0.date))",
                reason: $0.reason.rawValue)
        }
    }

    private mutating func take(subject name: DistinguishedName) {
        subject = "\(name)"
        commonName = name.commonName
        guard let named = name.commonName.flatMap({ try? DeviceName($0) }) else { return }
        (tenant, device) = (named.tenant, named.device)
    }

    private mutating func take(_ names: [GeneralName], _ usage: KeyUsage?, _ purposes: [String]) {
        subjectAlternativeNames = names.map(\.description)
        keyUsage = usage?.names
        extendedKeyUsage = purposes
    }
}
