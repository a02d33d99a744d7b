import CLibCrypto

extension PublicKey {
    /// Its size in bits, and how many an attacker would have to guess (NIST SP 800-57); nil of a kind that OpenSSL does not know.
    public var strength: (bits: Int, securityBits: Int)? {
        guard let key = copyHandle() else {
            ERR_clear_error()
            return nil
        }
        defer { EVP_PKEY_free(key) }
        return (Int(EVP_PKEY_get_bits(key)), Int(EVP_PKEY_get_security_bits(key)))
    }

    /// The SHA-256 of the key in DER, such as "AA:BB:…", by which two can be compared by eye.
    public var sha256Fingerprint: String {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        let bytes = subjectPublicKeyInfo
        guard EVP_Digest(bytes, bytes.count, &digest, &count, EVP_sha256(), nil) == 1 else { return "" }
        return ASN1.hexadecimal(digest.prefix(Int(count)))
    }
}
