import CLibCrypto

/// A private key; it never changes, and OpenSSL wipes it when it goes.
public final class PrivateKey: Sendable {
    // OpenSSL counts its holders, and nothing changes what it points to, neither here nor where TLS uses it (MQTT's KeyFile), so
    // threads may share it.
    package nonisolated(unsafe) let handle: OpaquePointer

    /// The half that everybody may see.
    public let publicKey: PublicKey

    /// Takes over a key of OpenSSL's, with one count of its holders.
    init(owning handle: OpaquePointer) {
        self.handle = handle
        publicKey = PublicKey(of: handle)
    }

    deinit { EVP_PKEY_free(handle) }

    /// Makes a new key; it may be called on any thread, and takes long for RSA (8192 bits: up to a minute).
    ///
    /// - Throws: ``PKIError/Code/unsupportedKey`` before anything is made, for RSA outside of
    ///   ``KeyAlgorithm/rsaSizes`` and for other kinds.
    public convenience init(generating algorithm: KeyAlgorithm) throws(PKIError) {
        ERR_clear_error()
        let made: OpaquePointer?
        switch algorithm {
        case .rsa(let bits):
            guard KeyAlgorithm.rsaSizes.contains(bits) else {
                let (least, most) = (KeyAlgorithm.rsaSizes.lowerBound, KeyAlgorithm.rsaSizes.upperBound)
                throw PKIError(
                    code: .unsupportedKey,
                    message: "cannot make an RSA key of \(bits) bits: only \(least) to \(most) bits are allowed")
            }
            made = shim_EVP_RSA_gen(UInt32(bits))
        case .p256: made = shim_EVP_EC_gen("P-256")
        case .p384: made = shim_EVP_EC_gen("P-384")
        case .p521: made = shim_EVP_EC_gen("P-521")
        case .other(let name):
            throw PKIError(code: .unsupportedKey, message: "cannot make a key of kind \(name)")
        }
        guard let made else { throw PKIError(.cryptography, draining: "cannot make an \(algorithm) key") }
        self.init(owning: made)
    }

    /// Reads a key from PEM: PKCS #8 (RFC 5958) or a traditional format, with any text around it.
    ///
    /// - Throws: ``PKIError/Code/encryptedKey`` where a passphrase is needed, ``PKIError/Code/malformed`` where
    ///   there is no key or a broken one.
    public convenience init(pem: [UInt8]) throws(PKIError) {
        if let read = Self.readPKCS8(pem) {
            self.init(owning: read)
            return
        }
        var wasAsked = false
        let read = OpenSSL.read(pem) { bio in
            withUnsafeMutablePointer(to: &wasAsked) { wasAsked in
                PEM_read_bio_PrivateKey(bio, nil, refusePassphrase, wasAsked)
            }
        }
        guard let read else {
            if wasAsked {
                _ = OpenSSL.drainErrors()
                throw PKIError(code: .encryptedKey, message: "cannot read the private key: it is encrypted")
            }
            throw PEM.unreadable("private key", in: pem, expecting: "PRIVATE KEY")
        }
        self.init(owning: read)
    }

    /// Reads PKCS #8 by the kind of key that it names, instead of trying all kinds.
    private static func readPKCS8(_ pem: [UInt8]) -> OpaquePointer? {
        OpenSSL.read(pem) { bio in
            var (data, count): (UnsafeMutablePointer<UInt8>?, Int) = (nil, 0)
            let isRead = PEM_bytes_read_bio(
                &data, &count, nil, PEM_STRING_PKCS8INF, bio, refusePassphrase, nil)
            guard isRead == 1 else { return nil }
            defer { shim_OPENSSL_clear_free(data, count) }
            return readPKCS8(der: UnsafeBufferPointer(start: data, count: count))
        }
    }

    /// Reads a PrivateKeyInfo of RFC 5208 in DER; the caller owns the result.
    static func readPKCS8(der: UnsafeBufferPointer<UInt8>) -> OpaquePointer? {
        let info = OpenSSL.decode(
            der, with: { d2i_PKCS8_PRIV_KEY_INFO(nil, $0, $1) }, free: { PKCS8_PRIV_KEY_INFO_free($0) })
        defer { PKCS8_PRIV_KEY_INFO_free(info) }
        return info.flatMap { assembled(from: $0) ?? EVP_PKCS82PKEY($0) }
    }

    /// The key in PEM, as PKCS #8 without a passphrase; whoever takes it must ``wipe(_:)`` it.
    public func pem() throws(PKIError) -> [UInt8] {
        ERR_clear_error()
        // A BIO in memory wipes what it held when it is freed or grows.
        let bio = BIO_new(BIO_s_mem())
        defer { BIO_free(bio) }
        guard let bio, PEM_write_bio_PrivateKey(bio, handle, nil, nil, 0, nil, nil) == 1 else {
            throw PKIError(.cryptography, draining: "cannot write the private key")
        }
        return OpenSSL.contents(of: bio)
    }

    /// The key in DER, as PKCS #8 without a passphrase; whoever takes it must ``wipe(_:)`` it.
    public func der() throws(PKIError) -> [UInt8] {
        ERR_clear_error()
        let bio = BIO_new(BIO_s_mem())
        defer { BIO_free(bio) }
        guard let bio, i2d_PKCS8PrivateKey_bio(bio, handle, nil, nil, 0, nil, nil) == 1 else {
            throw PKIError(.cryptography, draining: "cannot write the private key")
        }
        return OpenSSL.contents(of: bio)
    }

    /// The kind of the key and its size.
    public var algorithm: KeyAlgorithm { publicKey.algorithm }

    /// Does what only the first signature with a key needs, of an RSA key its blinding (RFC 8017, section 5.1.2), which
    /// takes as long as the signature itself; it may be called on any thread.
    public func prepareToSign() {
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        var count = Int(EVP_PKEY_get_size(handle))
        var signature = [UInt8](repeating: 0, count: count)
        if EVP_DigestSignInit(context, nil, EVP_sha256(), nil, handle) == 1 {
            EVP_DigestSign(context, &signature, &count, signature, 0)
        }
        ERR_clear_error()
    }

    /// Whether a certificate is for this key.
    public func belongs(to certificate: Certificate) -> Bool { publicKey == certificate.publicKey }
}

/// Takes OpenSSL's question for a passphrase, which it would else ask on the terminal; notes in a Bool that it came.
private func refusePassphrase(
    _: UnsafeMutablePointer<CChar>?, _: Int32, _: Int32, _ wasAsked: UnsafeMutableRawPointer?
) -> Int32 {
    wasAsked?.assumingMemoryBound(to: Bool.self).pointee = true
    return -1
}
