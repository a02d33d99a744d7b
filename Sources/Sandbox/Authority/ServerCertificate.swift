import PKI

/// The certificate that a server of the sandbox shows, in a file.
enum ServerCertificate {
    /// Keeps the one that is there where it still says what it has to, else makes it anew, for ten years.
    static func provide(
        in file: String, for key: PrivateKey, commonName: String, names: [GeneralName], issuer: Certificate,
        signedBy issuerKey: PrivateKey
    ) throws(SandboxError) {
        let now = Int64(Time.now)
        if let pem = try AtomicFile.read(file), let present = try? Certificate(pem: pem),
            Set(present.subjectAlternativeNames) == Set(names), key.belongs(to: present),
            present.isSigned(by: issuer), present.notAfter > now + 86400
        {
            return
        }
        let made = try SandboxError.converting("make \(file)") { () throws(PKIError) in
            let contents = Certificate.Contents(
                subject: DistinguishedName(commonName: commonName), publicKey: key.publicKey,
                validity: (now - 600)...(now + 3650 * 86400), subjectAlternativeNames: names,
                keyUsage: [.digitalSignature, .keyEncipherment], extendedKeyUsage: [.serverAuth])
            return try Certificate(issuing: contents, issuer: issuer, signedBy: issuerKey)
        }
        try AtomicFile.write(made.pem, to: file, mode: 0o644)
    }
}
