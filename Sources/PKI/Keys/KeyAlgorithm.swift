import CLibCrypto

/// The kind of a key and its size.
public enum KeyAlgorithm: Hashable, Sendable, CustomStringConvertible {
    /// RSA (RFC 8017), with the length of the modulus in bits.
    case rsa(bits: Int)
    /// ECDSA over NIST P-256 (FIPS 186-4), secp256r1.
    case p256
    /// ECDSA over NIST P-384, secp384r1.
    case p384
    /// ECDSA over NIST P-521, secp521r1.
    case p521
    /// Any other kind, by OpenSSL's name for it: it can be read, not made.
    case other(String)

    /// The lengths of RSA keys that the platform signs, in bits.
    public static let rsaSizes = 2048...8192

    /// Such as "RSA 2048" or "P-256".
    public var description: String {
        switch self {
        case .rsa(let bits): "RSA \(bits)"
        case .p256: "P-256"
        case .p384: "P-384"
        case .p521: "P-521"
        case .other(let name): name
        }
    }

    /// Whether a SubjectPublicKeyInfo of this length is as everybody writes it.
    ///
    /// A point of a curve may also be compressed, and its curve described instead of named. To have OpenSSL write the
    /// key anew takes 0.3 ms, which most keys need not pay.
    func hasOneEncoding(of length: Int) -> Bool {
        switch self {
        case .rsa: true
        case .p256: length == 91
        case .p384: length == 120
        case .p521: length == 158
        case .other: false
        }
    }

    /// What kind of key OpenSSL holds.
    init(of key: OpaquePointer) {
        switch EVP_PKEY_get_base_id(key) {
        case EVP_PKEY_RSA: self = .rsa(bits: Int(EVP_PKEY_get_bits(key)))
        case EVP_PKEY_EC:
            var name = [CChar](repeating: 0, count: 64)
            var length = 0
            guard EVP_PKEY_get_group_name(key, &name, name.count, &length) == 1 else {
                self = .other("EC")
                return
            }
            switch OBJ_txt2nid(name) {
            case NID_X9_62_prime256v1: self = .p256
            case NID_secp384r1: self = .p384
            case NID_secp521r1: self = .p521
            default: self = .other(String(decoding: name.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self))
            }
        default: self = .other(EVP_PKEY_get0_type_name(key).map { String(cString: $0) } ?? "unknown")
        }
    }
}
