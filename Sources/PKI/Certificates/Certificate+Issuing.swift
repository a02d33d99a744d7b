import CLibCrypto

extension Certificate {
    /// What an authority writes into a certificate.
    public struct Contents: Sendable {
        /// Whom it is for.
        public var subject: DistinguishedName
        /// The key that it is for.
        public var publicKey: PublicKey
        /// Its number, which its issuer gives only once.
        public var serialNumber: SerialNumber
        /// Its first and its last second, in Unix seconds.
        public var validity: ClosedRange<Int64>
        /// The host names and addresses that it is for as well.
        public var subjectAlternativeNames: [GeneralName]
        /// Whether it may sign others.
        public var isCertificateAuthority: Bool
        /// What its key may be used for; nil for not saying so.
        public var keyUsage: KeyUsage?
        /// The purposes that it is for; empty for not saying so.
        public var extendedKeyUsage: [ExtendedKeyUsage]
        /// Whether key usage and basic constraints are marked as critical: for an authority they must be.
        public var isCritical: Bool

        /// Makes the contents of a certificate, by default one that signs no others.
        public init(
            subject: DistinguishedName, publicKey: PublicKey, serialNumber: SerialNumber = SerialNumber(),
            validity: ClosedRange<Int64>, subjectAlternativeNames: [GeneralName] = [],
            isCertificateAuthority: Bool = false, keyUsage: KeyUsage? = nil, extendedKeyUsage: [ExtendedKeyUsage] = [],
            isCritical: Bool? = nil
        ) {
            self.subject = subject
            self.publicKey = publicKey
            self.serialNumber = serialNumber
            self.validity = validity
            self.subjectAlternativeNames = subjectAlternativeNames
            self.isCertificateAuthority = isCertificateAuthority
            self.keyUsage = keyUsage
            self.extendedKeyUsage = extendedKeyUsage
            self.isCritical = isCritical ?? isCertificateAuthority
        }
    }

    /// Issues a certificate, signed with SHA-256.
    ///
    /// - Parameters:
    ///   - issuer: The authority's certificate; nil for a certificate that signs itself.
    ///   - key: The authority's key, or where it signs itself the certificate's own.
    /// - Throws: ``PKIError/Code/invalidName`` for names that no certificate can carry.
    public convenience init(
        issuing contents: Contents, issuer: Certificate? = nil, signedBy key: PrivateKey
    ) throws(PKIError) {
        ERR_clear_error()
        let subject = try contents.subject.makeHandle()
        let serialNumber = contents.serialNumber.makeHandle()
        defer {
            ASN1_INTEGER_free(serialNumber)
            X509_NAME_free(subject)
        }
        guard let draft = X509_new() else {
            throw PKIError(.cryptography, draining: "cannot make the certificate of \(contents.subject)")
        }
        // From here on deinit frees it, also where this throws.
        self.init(owning: draft)
        guard X509_set_version(draft, Int(X509_VERSION_3)) == 1,
            X509_set_serialNumber(draft, serialNumber) == 1, X509_set_subject_name(draft, subject) == 1,
            X509_set_issuer_name(draft, issuer.map { X509_get_subject_name($0.handle) } ?? subject) == 1,
            Self.put(contents.publicKey, into: draft),
            ASN1_TIME_set(X509_getm_notBefore(draft), Int(contents.validity.lowerBound)) != nil,
            ASN1_TIME_set(X509_getm_notAfter(draft), Int(contents.validity.upperBound)) != nil
        else { throw PKIError(.cryptography, draining: "cannot make the certificate of \(contents.subject)") }
        let extensions = try Self.extensions(of: contents, draft: draft, issuer: issuer)
        try extensions.add { X509_add_ext(draft, $0, -1) }
        guard X509_sign(draft, key.handle, EVP_sha256()) > 0, !der.isEmpty else {
            throw PKIError(.cryptography, draining: "cannot sign the certificate of \(contents.subject)")
        }
    }

    private static func put(_ key: PublicKey, into draft: OpaquePointer) -> Bool {
        if key.put(into: X509_get_X509_PUBKEY(draft)) { return true }
        let handle = key.copyHandle()
        defer { EVP_PKEY_free(handle) }
        return X509_set_pubkey(draft, handle) == 1
    }

    private static func extensions(
        of contents: Contents, draft: OpaquePointer, issuer: Certificate?
    ) throws(PKIError) -> Extensions {
        var extensions = Extensions()
        try extensions.add(isAuthority: contents.isCertificateAuthority, isCritical: contents.isCritical)
        if let usage = contents.keyUsage { try extensions.add(usage, isCritical: contents.isCritical) }
        try extensions.add(contents.extendedKeyUsage)
        try extensions.add(contents.subjectAlternativeNames)
        try extensions.add(NID_subject_key_identifier, value: "hash", issuer: nil, subject: draft)
        if let issuer, X509_get0_subject_key_id(issuer.handle) != nil {
            try extensions.add(
                NID_authority_key_identifier, value: "keyid:always", issuer: issuer.handle, subject: draft)
        }
        return extensions
    }
}
