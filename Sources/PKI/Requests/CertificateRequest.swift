import CLibCrypto

/// A request for a certificate, by RFC 2986 (PKCS #10); it never changes.
public final class CertificateRequest: Sendable {
    // Once it is read, or made and encoded, it is never written to.
    nonisolated(unsafe) let handle: OpaquePointer

    /// Takes over one of OpenSSL's, with one count of its holders.
    init(owning handle: OpaquePointer) { self.handle = handle }

    deinit { X509_REQ_free(handle) }

    /// Makes a request as dojot's Certificate Retriever does, signed with SHA-256.
    ///
    /// It asks for key usage (digital signature, non repudiation, key encipherment) and basic constraints CA:FALSE,
    /// both not critical, and for the names.
    /// - Throws: ``PKIError/Code/invalidName`` for names that no certificate can carry.
    public convenience init(
        subject: DistinguishedName, subjectAlternativeNames: [GeneralName] = [], signedBy key: PrivateKey
    ) throws(PKIError) {
        ERR_clear_error()
        let name = try subject.makeHandle()
        defer { X509_NAME_free(name) }
        guard let draft = X509_REQ_new() else {
            throw PKIError(.cryptography, draining: "cannot make the certificate request of \(subject)")
        }
        // From here on deinit frees it, also where this throws.
        self.init(owning: draft)
        var extensions = Extensions()
        try extensions.add([.digitalSignature, .nonRepudiation, .keyEncipherment], isCritical: false)
        try extensions.add(isAuthority: false, isCritical: false)
        try extensions.add(subjectAlternativeNames)
        guard X509_REQ_set_version(draft, Int(X509_REQ_VERSION_1)) == 1,
            X509_REQ_set_subject_name(draft, name) == 1,
            key.publicKey.put(into: X509_REQ_get_X509_PUBKEY(draft)) || X509_REQ_set_pubkey(draft, key.handle) == 1,
            X509_REQ_add_extensions(draft, extensions.handle) == 1,
            X509_REQ_sign(draft, key.handle, EVP_sha256()) > 0, !der.isEmpty
        else { throw PKIError(.cryptography, draining: "cannot make the certificate request of \(subject)") }
    }

    /// Reads the first request of a PEM text, with anything around it.
    ///
    /// - Throws: ``PKIError/Code/malformed``.
    public convenience init(pem: [UInt8]) throws(PKIError) {
        guard let read = OpenSSL.read(pem, with: { PEM_read_bio_X509_REQ($0, nil, nil, nil) }) else {
            throw PEM.unreadable("certificate request", in: pem, expecting: "CERTIFICATE REQUEST")
        }
        self.init(owning: read)
    }

    /// Reads a request in DER; bytes behind it are an error.
    ///
    /// - Throws: ``PKIError/Code/malformed``.
    public convenience init(der: [UInt8]) throws(PKIError) {
        let read = OpenSSL.decode(der, with: { d2i_X509_REQ(nil, $0, $1) }, free: { X509_REQ_free($0) })
        guard let read else { throw PKIError(.malformed, draining: "cannot read the certificate request") }
        self.init(owning: read)
    }

    /// The request in DER.
    public var der: [UInt8] { OpenSSL.der { i2d_X509_REQ(handle, $0) } }

    /// The request in PEM, in lines of 64 letters that end in LF.
    public var pem: [UInt8] { PEM.encode(der, label: "CERTIFICATE REQUEST") }

    /// Whom the certificate shall be for.
    public var subject: DistinguishedName { DistinguishedName(X509_REQ_get_subject_name(handle)) }

    /// The key that the certificate shall be for.
    public var publicKey: PublicKey { PublicKey(of: X509_REQ_get_X509_PUBKEY(handle)) }

    /// The host names and addresses that it asks for.
    public var subjectAlternativeNames: [GeneralName] { reading(ExtensionReader.subjectAlternativeNames) }

    /// What it asks that the key may be used for; nil where it does not say.
    public var keyUsage: KeyUsage? { reading(ExtensionReader.keyUsage) }

    /// The purposes that it asks for, by OpenSSL's names, such as "clientAuth".
    public var extendedKeyUsage: [String] { reading(ExtensionReader.extendedKeyUsage) }

    /// The extensions that it asks for and that have no property of their own here, in its order.
    public var otherExtensions: [OtherExtension] { reading(ExtensionReader.others) }

    /// What is wrong with the encoding of what it asks for, each to stand after a name and a colon.
    var encodingFlaws: [String] { reading(ExtensionReader.flaws) }

    /// How it is signed.
    public var signature: SignatureAlgorithm {
        SignatureAlgorithm(identifier: X509_REQ_get_signature_nid(handle))
    }

    /// Whether it asks for a certificate that may sign others.
    public var asksForAuthority: Bool { reading(ExtensionReader.isAuthority) ?? false }

    /// Whether its own key made its signature: whoever asks does hold the private key.
    public var hasValidSignature: Bool {
        defer { ERR_clear_error() }
        if let key = X509_REQ_get0_pubkey(handle) { return X509_REQ_verify(handle, key) == 1 }
        // One that was made here has the key's bytes alone.
        guard let key = publicKey.copyHandle() else { return false }
        defer { EVP_PKEY_free(key) }
        return X509_REQ_verify(handle, key) == 1
    }

    /// Reads something of the extensions that it asks for.
    private func reading<Result>(_ read: (OpaquePointer?) -> Result) -> Result {
        let extensions = X509_REQ_get_extensions(handle)
        defer { shim_sk_X509_EXTENSION_pop_free(extensions) }
        return read(extensions)
    }
}
