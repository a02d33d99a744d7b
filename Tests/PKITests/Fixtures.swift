import PKI

/// Keys and an authority that several tests share, made once.
enum Fixtures {
    static let noon: Int64 = 1_795_500_000
    static let year: Int64 = 365 * 86_400

    static let rsa = Result { try PrivateKey(generating: .rsa(bits: 2048)) }
    static let authorityKey = Result { try PrivateKey(generating: .p256) }
    static let deviceKey = Result { try PrivateKey(generating: .p256) }

    static let authority = Result { try authority(named: "IOTmidCA", key: authorityKey.get()) }

    static func authority(
        named name: String, key: PrivateKey, validity: ClosedRange<Int64> = noon - year...noon + year
    ) throws(PKIError) -> Certificate {
        try Certificate(
            issuing: Certificate.Contents(
                subject: DistinguishedName(commonName: name), publicKey: key.publicKey, validity: validity,
                isCertificateAuthority: true, keyUsage: [.digitalSignature, .keyCertSign, .cRLSign]),
            signedBy: key)
    }

    /// A device's certificate as the platform signs it.
    static func device(
        named name: String = "f60c28", validity: ClosedRange<Int64> = noon - 60...noon + year,
        serialNumber: SerialNumber = SerialNumber(), names: [GeneralName] = []
    ) throws -> Certificate {
        try Certificate(
            issuing: Certificate.Contents(
                subject: DistinguishedName(commonName: name), publicKey: deviceKey.get().publicKey,
                serialNumber: serialNumber, validity: validity, subjectAlternativeNames: names,
                keyUsage: [.digitalSignature, .nonRepudiation, .keyEncipherment], extendedKeyUsage: [.clientAuth]),
            issuer: authority.get(), signedBy: authorityKey.get())
    }
}
