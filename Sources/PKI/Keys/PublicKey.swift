import CLibCrypto

/// The half of a key that everybody may see; two are equal where they are the same key.
public struct PublicKey: Hashable, Sendable {
    /// The key in DER, a SubjectPublicKeyInfo of RFC 5280, section 4.1.
    public let subjectPublicKeyInfo: [UInt8]

    /// The kind of the key and its size.
    public let algorithm: KeyAlgorithm

    /// Whether it spelled its curve out instead of naming it where it was read, which RFC 5480, section 2.1.1, forbids.
    public let hasExplicitParameters: Bool

    /// Reads a SubjectPublicKeyInfo in DER.
    ///
    /// - Throws: ``PKIError/Code/malformed``.
    public init(der: [UInt8]) throws(PKIError) {
        guard let key = Self.read(der) else { throw PKIError(.malformed, draining: "cannot read the public key") }
        defer { EVP_PKEY_free(key) }
        self.init(of: key)
    }

    /// The public half of a key that OpenSSL holds.
    init(of key: OpaquePointer) {
        let algorithm = KeyAlgorithm(of: key)
        let bytes = Self.subjectPublicKeyInfo(ofPointOn: algorithm, key) ?? OpenSSL.der { i2d_PUBKEY(key, $0) }
        self.init(
            subjectPublicKeyInfo: bytes, algorithm: algorithm,
            hasExplicitParameters: Self.spellsCurveOut(key, algorithm))
    }

    /// The key of a certificate or request; of a kind that OpenSSL does not know, its bytes alone.
    init(of info: OpaquePointer?) {
        let bytes = info.map { info in OpenSSL.der { i2d_X509_PUBKEY(info, $0) } } ?? []
        let held = info.flatMap { X509_PUBKEY_get0($0) }
        // What was put together here, by `put(into:)`, has the bytes without the key.
        let read = held == nil ? Self.read(bytes) : nil
        defer { EVP_PKEY_free(read) }
        guard let key = held ?? read else {
            _ = OpenSSL.drainErrors()
            self.init(subjectPublicKeyInfo: bytes, algorithm: .other("unknown"))
            return
        }
        let algorithm = KeyAlgorithm(of: key)
        if algorithm.hasOneEncoding(of: bytes.count) {
            self.init(subjectPublicKeyInfo: bytes, algorithm: algorithm)
        } else {
            self.init(of: key)
        }
    }

    private init(subjectPublicKeyInfo: [UInt8], algorithm: KeyAlgorithm, hasExplicitParameters: Bool = false) {
        self.subjectPublicKeyInfo = subjectPublicKeyInfo
        self.algorithm = algorithm
        self.hasExplicitParameters = hasExplicitParameters
    }

    private static func spellsCurveOut(_ key: OpaquePointer, _ algorithm: KeyAlgorithm) -> Bool {
        if case .rsa = algorithm { return false }
        defer { ERR_clear_error() }
        var isExplicit: Int32 = 0
        return EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &isExplicit) == 1
            && isExplicit == 1
    }

    /// The key as OpenSSL holds it, to be freed by the caller; nil where it has no use for it.
    func copyHandle() -> OpaquePointer? { Self.read(subjectPublicKeyInfo) }

    private static func read(_ bytes: [UInt8]) -> OpaquePointer? {
        OpenSSL.decode(bytes, with: { d2i_PUBKEY(nil, $0, $1) }, free: { EVP_PKEY_free($0) })
    }

    /// The key in PEM, in lines of 64 letters that end in LF.
    public var pem: [UInt8] { PEM.encode(subjectPublicKeyInfo, label: "PUBLIC KEY") }

    /// Compares the bytes alone.
    public static func == (left: PublicKey, right: PublicKey) -> Bool {
        left.subjectPublicKeyInfo == right.subjectPublicKeyInfo
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(subjectPublicKeyInfo) }
}
