import CLibCrypto

// OpenSSL writes a key by looking for an encoder that can, and reads what it wrote to put it into a certificate or request: 0.3 ms
// each of a P-256 key, whose making takes 0.02. Of the kinds below all but the key's own bits is known.

extension PublicKey {
    /// Puts the key into a certificate's or request's place for it; false for a kind that only OpenSSL can write.
    ///
    /// OpenSSL has the key's bytes then, and no key: the certificate or request can be signed and written, it can check nothing.
    func put(into info: OpaquePointer?) -> Bool {
        subjectPublicKeyInfo.withUnsafeBufferPointer { bytes in
            guard let outside = DERElement(bytes),
                let bits = outside.children(in: bytes, most: 2).last, bits.tag == DERElement.bitString,
                bits.contents.upperBound <= bytes.count
            else { return false }
            // Before the bits comes how many of the last byte are unused: of these kinds, none.
            let key = UnsafeBufferPointer(rebasing: bytes[bits.contents].dropFirst())
            return Self.put(key, algorithm, into: info)
        }
    }

    /// The SubjectPublicKeyInfo (RFC 5480, section 2) of a key on one of the curves that have a name here; nil of any other.
    static func subjectPublicKeyInfo(ofPointOn curve: KeyAlgorithm, _ key: OpaquePointer) -> [UInt8]? {
        guard curve.parameters?.algorithm == NID_X9_62_id_ecPublicKey else { return nil }
        var point = [UInt8](repeating: 0, count: 133)
        var count = 0
        guard EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, &point, point.count, &count) == 1,
            let info = X509_PUBKEY_new()
        else { return nil }
        defer { X509_PUBKEY_free(info) }
        let isPut = point.withUnsafeBufferPointer {
            put(UnsafeBufferPointer(rebasing: $0.prefix(count)), curve, into: info)
        }
        let bytes = isPut ? OpenSSL.der { i2d_X509_PUBKEY(info, $0) } : []
        return curve.hasOneEncoding(of: bytes.count) ? bytes : nil
    }

    private static func put(_ key: UnsafeBufferPointer<UInt8>, _ kind: KeyAlgorithm, into info: OpaquePointer?) -> Bool
    {
        guard let (algorithm, type, curve) = kind.parameters, let copy = shim_OPENSSL_memdup(key.baseAddress, key.count)
        else { return false }
        // OpenSSL's own objects need not be freed, and are not where they are.
        let object = curve == NID_undef ? nil : OBJ_nid2obj(curve)
        let isPut = X509_PUBKEY_set0_param(
            info, OBJ_nid2obj(algorithm), type, object.map { UnsafeMutableRawPointer($0) },
            copy.assumingMemoryBound(to: UInt8.self), Int32(key.count))
        if isPut != 1 { shim_OPENSSL_free(copy) }
        return isPut == 1
    }
}

extension KeyAlgorithm {
    /// What an AlgorithmIdentifier says of the kind, by OpenSSL's numbers: the algorithm, its parameter's type, and its curve
    /// (RFC 3279, section 2.3.1; RFC 5480, section 2.1.1); nil of a kind that is not so plain.
    fileprivate var parameters: (algorithm: Int32, type: Int32, curve: Int32)? {
        switch self {
        case .rsa: (NID_rsaEncryption, V_ASN1_NULL, NID_undef)
        case .p256: (NID_X9_62_id_ecPublicKey, V_ASN1_OBJECT, NID_X9_62_prime256v1)
        case .p384: (NID_X9_62_id_ecPublicKey, V_ASN1_OBJECT, NID_secp384r1)
        case .p521: (NID_X9_62_id_ecPublicKey, V_ASN1_OBJECT, NID_secp521r1)
        case .other: nil
        }
    }
}
