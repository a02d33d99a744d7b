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
    ///
    /// - Parameter keepsKey: whether the authority's key is written into the folder; a temporary folder needs none, and may be left behind
    ///   where the process is killed.
    init(
        named name: String, in folder: String, keepsKey: Bool, brokerNames: [GeneralName]
    ) throws(SandboxError) {
        try AtomicFile.makeFolder(folder)
        let keys = try KeyFile.open([(folder + "/ca.key", keepsKey), (folder + "/broker.key", true)])
        let (key, brokerKey) = (keys[0], keys[1])
        self.name = name
        self.folder = folder
        self.key = key
        certificate = try RootCertificate.open(folder + "/ca.crt", named: name, key: key)
        try ServerCertificate.provide(
            in: brokerCertificateFile, for: brokerKey, commonName: "dojot-sandbox broker", names: brokerNames,
            issuer: certificate, signedBy: key)
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
            let root = try RootCertificate.make(named: name, key: impostor)
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
}
