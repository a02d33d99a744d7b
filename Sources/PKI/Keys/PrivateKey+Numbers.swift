import CLibCrypto

// OpenSSL reads a key by looking for a decoder that can: 0.37 ms of a P-256 key, a seventh of what a fleet's connection takes of
// client and broker together. Of the kinds below the numbers are where they always are, and are put together in 0.02 ms.

extension PrivateKey {
    /// Makes a key of the numbers in a PrivateKeyInfo (RFC 5208, section 5); the caller owns it.
    ///
    /// - Returns: nil for kinds other than RSA and the curves that have a name here, and for what is not written as plainly as
    ///   programs do: OpenSSL may still read it.
    static func assembled(from info: OpaquePointer) -> OpaquePointer? {
        var start: UnsafePointer<UInt8>?
        var (count, type, object, parameter): (Int32, Int32, OpaquePointer?, UnsafeRawPointer?) = (0, 0, nil, nil)
        var algorithm: UnsafePointer<X509_ALGOR>?
        guard PKCS8_pkey_get0(nil, &start, &count, &algorithm, info) == 1 else { return nil }
        X509_ALGOR_get0(&object, &type, &parameter, algorithm)
        let bytes = UnsafeBufferPointer(start: start, count: Int(count))
        guard let outside = DERElement(bytes), outside.tag == DERElement.sequence else { return nil }
        let parts = outside.children(in: bytes, most: 10)
        // Where the last ends with the bytes, none reaches beyond them.
        guard let end = parts.last?.contents.upperBound, end == outside.contents.upperBound, end == bytes.count
        else { return nil }
        switch OBJ_obj2nid(object) {
        case NID_rsaEncryption: return rsa(parts, in: bytes)
        case NID_X9_62_id_ecPublicKey where type == V_ASN1_OBJECT:
            return parameter.flatMap { onCurve(OBJ_obj2nid(OpaquePointer($0)), parts, in: bytes) }
        default: return nil
        }
    }

    /// RSAPrivateKey with two primes (RFC 8017, appendix A.1.2).
    private static func rsa(_ parts: [DERElement], in bytes: UnsafeBufferPointer<UInt8>) -> OpaquePointer? {
        let names: [StaticString] = [
            "n", "e", "d", "rsa-factor1", "rsa-factor2", "rsa-exponent1", "rsa-exponent2", "rsa-coefficient1",
        ]
        guard parts.count == 1 + names.count, bytes[parts[0].contents].elementsEqual([0]) else { return nil }
        var numbers = KeyNumbers()
        for (name, part) in zip(names, parts.dropFirst()) {
            // One with the first bit set is below zero.
            guard part.tag == DERElement.integer, let first = bytes[part.contents].first, first < 0x80 else {
                return nil
            }
            numbers.add(name, UnsafeBufferPointer(rebasing: bytes[part.contents]))
        }
        return numbers.makeKey(kind: "RSA")
    }

    /// ECPrivateKey with its public key, and without the curve, which the algorithm says (RFC 5915, section 3).
    private static func onCurve(
        _ curve: Int32, _ parts: [DERElement], in bytes: UnsafeBufferPointer<UInt8>
    ) -> OpaquePointer? {
        guard [NID_X9_62_prime256v1, NID_secp384r1, NID_secp521r1].contains(curve), parts.count == 3,
            parts[0].tag == DERElement.integer, bytes[parts[0].contents].elementsEqual([1]),
            parts[1].tag == DERElement.octetString, parts[2].tag == DERElement.publicKeyOfECPrivateKey,
            let bits = parts[2].children(in: bytes, most: 1).first, bits.tag == DERElement.bitString,
            bits.contents.upperBound == parts[2].contents.upperBound
        else { return nil }
        // Of the point's last byte no bit is unused, and it is not compressed (SEC 1, section 2.3.3).
        guard bytes[bits.contents].starts(with: [0, 4]) else { return nil }
        var numbers = KeyNumbers()
        numbers.add("priv", UnsafeBufferPointer(rebasing: bytes[parts[1].contents]))
        numbers.add("pub", point: UnsafeBufferPointer(rebasing: bytes[bits.contents].dropFirst()))
        numbers.add("group", staticText: OBJ_nid2sn(curve))
        return numbers.makeKey(kind: "EC")
    }
}

extension DERElement {
    /// The context's tag 1, around the public key of an ECPrivateKey.
    fileprivate static let publicKeyOfECPrivateKey: UInt8 = 0xA1
}

/// What a key is made of, by the names of EVP_PKEY-RSA(7) and EVP_PKEY-EC(7); it is wiped when it goes.
private struct KeyNumbers: ~Copyable {
    private let builder = OSSL_PARAM_BLD_new()
    private var numbers: [OpaquePointer] = []
    private var isSound = true

    deinit {
        for number in numbers { BN_clear_free(number) }
        OSSL_PARAM_BLD_free(builder)
    }

    /// Adds a number, written from its highest byte on.
    mutating func add(_ name: StaticString, _ bytes: UnsafeBufferPointer<UInt8>) {
        // A secure one is wiped by all of OpenSSL that copies it.
        guard let number = BN_secure_new() else {
            isSound = false
            return
        }
        numbers.append(number)
        let isRead = BN_bin2bn(bytes.baseAddress, Int32(bytes.count), number) != nil
        isSound = isSound && isRead && OSSL_PARAM_BLD_push_BN(builder, Self.pointer(name), number) == 1
    }

    /// Adds a point, whose bytes must stay until the key is made.
    mutating func add(_ name: StaticString, point: UnsafeBufferPointer<UInt8>) {
        let isAdded = OSSL_PARAM_BLD_push_octet_string(builder, Self.pointer(name), point.baseAddress, point.count) == 1
        isSound = isSound && isAdded
    }

    /// Adds a text that stays for ever.
    mutating func add(_ name: StaticString, staticText text: UnsafePointer<CChar>?) {
        isSound = isSound && OSSL_PARAM_BLD_push_utf8_string(builder, Self.pointer(name), text, 0) == 1
    }

    /// Makes the key, public and private; nil where OpenSSL refuses it.
    borrowing func makeKey(kind: String) -> OpaquePointer? {
        guard isSound, let parameters = OSSL_PARAM_BLD_to_param(builder) else { return nil }
        defer { OSSL_PARAM_free(parameters) }
        let context = EVP_PKEY_CTX_new_from_name(nil, kind, nil)
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard EVP_PKEY_fromdata_init(context) == 1,
            EVP_PKEY_fromdata(context, &key, shim_EVP_PKEY_KEYPAIR, parameters) == 1
        else { return nil }
        return key
    }

    /// OpenSSL keeps the address of a name, not its bytes.
    private static func pointer(_ name: StaticString) -> UnsafePointer<CChar> {
        UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
    }
}
