import CLibCrypto

extension PublicKey {
    /// The object identifier of its algorithm in numbers, such as "1.2.840.10045.2.1" for a key on any elliptic curve (RFC 5280,
    /// section 4.1.2.7); empty where the bytes are no key's.
    public var algorithmIdentifier: String {
        let info = OpenSSL.decode(subjectPublicKeyInfo, with: { d2i_X509_PUBKEY(nil, $0, $1) }, free: X509_PUBKEY_free)
        defer {
            X509_PUBKEY_free(info)
            ERR_clear_error()
        }
        var object: OpaquePointer?
        guard let info, X509_PUBKEY_get0_param(&object, nil, nil, nil, info) == 1 else { return "" }
        var buffer = [CChar](repeating: 0, count: 128)
        let count = OBJ_obj2txt(&buffer, Int32(buffer.count), object, 1)
        return String(decoding: buffer.prefix(max(0, min(Int(count), 127))).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
