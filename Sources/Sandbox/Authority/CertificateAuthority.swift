import PKI

/// The sandbox's certificate authority, and the broker's own key and certificate.
///
/// Its folder:
/// ```
/// ca.key  ca.crt  crl.pem  broker.key  broker.crt
/// ```
final class CertificateAuthority: Sendable {
    let name: String
    let certificate: Certificate
    private let key: PrivateKey
    private let folder: String

    var certificateFile: String { folder + "/ca.crt" }
    var revocationListFile: String { folder + "/crl.pem" }
    var brokerCertificateFile: String { folder + "/broker.crt" }
    var brokerKeyFile: String { folder + "/broker.key" }

    /// Opens the authority of a folder, or founds it there, and gives the broker a certificate for its names.
    init(named name: String, in folder: String, brokerNames: [GeneralName]) throws(SandboxError) {
        try AtomicFile.makeFolder(folder)
        let keys = try KeyFile.open([folder + "/ca.key", folder + "/broker.key"])
        let (key, brokerKey) = (keys[0], keys[1])
        self.name = name
        self.folder = folder
        self.key = key
        let file = folder + "/ca.crt"
        if let pem = try AtomicFile.read(file) {
            certificate = try SandboxError.converting("read \(file)") { () throws(PKIError) in try Certificate(pem: pem)
            }
            guard certificate.subject.commonName == name else {
                throw SandboxError(
                    .options, "\(folder) holds the CA \(certificate.subject), not \(name)", hint: "use another --dir")
            }
        } else {
            certificate = try SandboxError.converting("found the CA") { () throws(PKIError) in
                try Self.root(named: name, key: key)
            }
            try AtomicFile.write(certificate.pem, to: file, mode: 0o644)
        }
        try issueBrokerCertificate(for: brokerKey, names: brokerNames)
    }

    /// Signs what a profile made of a request, with what a fault has wrong in it.
    func issue(
        _ contents: Certificate.Contents, fault: FaultEffects.CertificateFault?
    ) throws(PKIError) -> Certificate {
        let now = Int64(Time.now)
        var contents = contents
        switch fault {
        case .otherKey: contents.publicKey = try PrivateKey(generating: .rsa(bits: 2048)).publicKey
        case .otherName: contents.subject = DistinguishedName(commonName: "somebody-else")
        case .expired: contents.validity = (now - 172_800)...(now - 86400)
        case .notYetValid: contents.validity = (now + 86400)...(contents.validity.upperBound + 86400)
        case .otherAuthority:
            let impostor = try PrivateKey(generating: .rsa(bits: 2048))
            let root = try Self.root(named: name, key: impostor)
            return try Certificate(issuing: contents, issuer: root, signedBy: impostor)
        case nil: break
        }
        return try Certificate(issuing: contents, issuer: certificate, signedBy: key)
    }

    /// Makes a revocation list of what was revoked; it does not run out while a sandbox does.
    private func revocationList(
        of certificates: [IssuedCertificate], number: Int
    ) throws(PKIError) -> CertificateRevocationList {
        let entries = certificates.compactMap { certificate -> CertificateRevocationList.Entry? in
            guard let revocation = certificate.revocation,
                let serialNumber = SerialNumber(hexadecimal: certificate.serialNumber)
            else { return nil }
            return CertificateRevocationList.Entry(
                serialNumber: serialNumber, date: Int64(revocation.date),
                reason: RevocationReason(rawValue: revocation.reason) ?? .unspecified)
        }
        let now = Int64(Time.now)
        let numeral = SerialNumber(decimal: "\(number)") ?? SerialNumber(bytes: [1])
        return try CertificateRevocationList(
            issuer: certificate, entries: entries, thisUpdate: now, nextUpdate: now + 86400 * 3650, number: numeral,
            signedBy: key)
    }

    /// Makes a revocation list and puts it where the broker reads it.
    @discardableResult
    func writeRevocationList(
        of certificates: [IssuedCertificate], number: Int
    ) throws(SandboxError) -> CertificateRevocationList {
        let list = try SandboxError.converting("make the revocation list") { () throws(PKIError) in
            try revocationList(of: certificates, number: number)
        }
        try AtomicFile.write(list.pem, to: revocationListFile, mode: 0o644)
        return list
    }

    private static func root(named name: String, key: PrivateKey) throws(PKIError) -> Certificate {
        let now = Int64(Time.now)
        let contents = Certificate.Contents(
            subject: DistinguishedName(commonName: name), publicKey: key.publicKey,
            validity: (now - 600)...(now + 3650 * 86400), isCertificateAuthority: true,
            keyUsage: [.keyCertSign, .cRLSign, .digitalSignature])
        return try Certificate(issuing: contents, signedBy: key)
    }

    /// Keeps the broker's certificate where it still says what it has to.
    private func issueBrokerCertificate(for brokerKey: PrivateKey, names: [GeneralName]) throws(SandboxError) {
        if let pem = try AtomicFile.read(brokerCertificateFile), let present = try? Certificate(pem: pem),
            Set(present.subjectAlternativeNames) == Set(names), brokerKey.belongs(to: present),
            present.isSigned(by: certificate), present.notAfter > Int64(Time.now) + 86400
        {
            return
        }
        let now = Int64(Time.now)
        let made = try SandboxError.converting("make the broker's certificate") { () throws(PKIError) in
            let contents = Certificate.Contents(
                subject: DistinguishedName(commonName: "dojot-sandbox broker"), publicKey: brokerKey.publicKey,
                validity: (now - 600)...(now + 3650 * 86400), subjectAlternativeNames: names,
                keyUsage: [.digitalSignature, .keyEncipherment], extendedKeyUsage: [.serverAuth])
            return try Certificate(issuing: contents, issuer: certificate, signedBy: key)
        }
        try AtomicFile.write(made.pem, to: brokerCertificateFile, mode: 0o644)
    }
}
