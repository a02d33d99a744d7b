import CLibCrypto

/// An X.509 certificate, by RFC 5280; it never changes.
public final class Certificate: Sendable, Equatable {
    // Once it is read, or made and encoded, it is never written to; what OpenSSL works out of it later is under
    // OpenSSL's own lock.
    nonisolated(unsafe) let handle: OpaquePointer

    /// Takes over a certificate of OpenSSL's, with one count of its holders.
    init(owning handle: OpaquePointer) { self.handle = handle }

    deinit { X509_free(handle) }

    /// Reads the first certificate of a PEM text, with anything around it.
    ///
    /// - Throws: ``PKIError/Code/malformed``.
    public convenience init(pem: [UInt8]) throws(PKIError) {
        guard let read = OpenSSL.read(pem, with: { PEM_read_bio_X509($0, nil, nil, nil) }) else {
            throw PEM.unreadable("certificate", in: pem, expecting: "CERTIFICATE")
        }
        self.init(owning: read)
    }

    /// Reads a certificate in DER; bytes behind it are an error.
    ///
    /// - Throws: ``PKIError/Code/malformed``.
    public convenience init(der: [UInt8]) throws(PKIError) {
        let read = OpenSSL.decode(der, with: { d2i_X509(nil, $0, $1) }, free: { X509_free($0) })
        guard let read else { throw PKIError(.malformed, draining: "cannot read the certificate") }
        self.init(owning: read)
    }

    /// All certificates of a PEM text, in its order, such as a chain or a file of authorities.
    ///
    /// - Throws: ``PKIError/Code/malformed`` where there is none, or one is broken.
    public static func all(pem: [UInt8]) throws(PKIError) -> [Certificate] {
        var isWhole = false
        let certificates = OpenSSL.read(pem) { bio -> [Certificate]? in
            var certificates: [Certificate] = []
            while let next = PEM_read_bio_X509(bio, nil, nil, nil) { certificates.append(Certificate(owning: next)) }
            isWhole = PEM.isAtEnd
            return certificates
        }
        guard let certificates, !certificates.isEmpty, isWhole else {
            throw PEM.unreadable("certificates", in: pem, expecting: "CERTIFICATE")
        }
        ERR_clear_error()
        return certificates
    }

    /// The certificate in DER.
    public var der: [UInt8] { OpenSSL.der { i2d_X509(handle, $0) } }

    /// The certificate in PEM, in lines of 64 letters that end in LF.
    public var pem: [UInt8] { PEM.encode(der, label: "CERTIFICATE") }

    /// Whom it is for.
    public var subject: DistinguishedName { DistinguishedName(X509_get_subject_name(handle)) }

    /// Who signed it.
    public var issuer: DistinguishedName { DistinguishedName(X509_get_issuer_name(handle)) }

    /// The number that its issuer gave it.
    public var serialNumber: SerialNumber { SerialNumber(X509_get0_serialNumber(handle)) }

    /// Its first second, in Unix seconds; the beginning of time where what it says is no time.
    public var notBefore: Int64 { ASN1.unixSeconds(X509_get0_notBefore(handle)) ?? .min }

    /// Its last second, in Unix seconds; the beginning of time where what it says is no time.
    public var notAfter: Int64 { ASN1.unixSeconds(X509_get0_notAfter(handle)) ?? .min }

    /// The key that it is for.
    public var publicKey: PublicKey { PublicKey(of: X509_get_X509_PUBKEY(handle)) }

    /// The host names and addresses that it is for as well.
    public var subjectAlternativeNames: [GeneralName] { ExtensionReader.subjectAlternativeNames(extensions) }

    /// Whether it may sign others: basic constraints say CA, and key usage, where there is one, says keyCertSign.
    public var isCertificateAuthority: Bool { X509_check_ca(handle) == 1 }

    /// What its key may be used for; nil where it does not say.
    public var keyUsage: KeyUsage? { ExtensionReader.keyUsage(extensions) }

    /// The purposes that it is for, by OpenSSL's names, such as "clientAuth"; empty where it does not say.
    public var extendedKeyUsage: [String] { ExtensionReader.extendedKeyUsage(extensions) }

    /// How it is signed, such as "sha256WithRSAEncryption".
    public var signatureAlgorithm: String {
        OBJ_nid2ln(X509_get_signature_nid(handle)).map { String(cString: $0) } ?? "unknown"
    }

    /// The SHA-256 of its DER, such as "AA:BB:…", by which x509-identity-mgmt calls it.
    public var sha256Fingerprint: String {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        guard X509_digest(handle, EVP_sha256(), &digest, &count) == 1 else { return "" }
        return ASN1.hexadecimal(digest.prefix(Int(count)))
    }

    /// The identifier of its own key (RFC 5280, section 4.2.1.2), such as "AA:BB:…".
    public var subjectKeyIdentifier: String? {
        X509_get0_subject_key_id(handle).map { ASN1.hexadecimal(ASN1.bytes($0)) }
    }

    /// The identifier of its issuer's key (RFC 5280, section 4.2.1.1), such as "AA:BB:…".
    public var authorityKeyIdentifier: String? {
        X509_get0_authority_key_id(handle).map { ASN1.hexadecimal(ASN1.bytes($0)) }
    }

    public static func == (left: Certificate, right: Certificate) -> Bool { X509_cmp(left.handle, right.handle) == 0 }

    var subjectHandle: OpaquePointer? { X509_get_subject_name(handle) }

    var extensions: OpaquePointer? { X509_get0_extensions(handle) }
}
