import PKI

/// The certificate of an authority that nobody stands above.
enum RootCertificate {
    /// Makes one, for ten years.
    static func make(named name: String, key: PrivateKey) throws(PKIError) -> Certificate {
        let now = Int64(Time.now)
        let contents = Certificate.Contents(
            subject: DistinguishedName(commonName: name), publicKey: key.publicKey,
            validity: (now - 600)...(now + 3650 * 86400), isCertificateAuthority: true,
            keyUsage: [.keyCertSign, .cRLSign, .digitalSignature])
        return try Certificate(issuing: contents, signedBy: key)
    }

    /// Reads that of a file, or makes it there; one that bears another name is refused.
    static func open(_ file: String, named name: String, key: PrivateKey) throws(SandboxError) -> Certificate {
        guard let pem = try AtomicFile.read(file) else {
            let certificate = try SandboxError.converting("found the CA") { () throws(PKIError) in
                try make(named: name, key: key)
            }
            try AtomicFile.write(certificate.pem, to: file, mode: 0o644)
            return certificate
        }
        let certificate = try SandboxError.converting("read \(file)") { () throws(PKIError) in
            try Certificate(pem: pem)
        }
        guard certificate.subject.commonName == name else {
            throw SandboxError(
                .options, "\(file) is of the CA \(certificate.subject), not \(name)", hint: "use another --dir")
        }
        return certificate
    }
}
