/// A thing that a file of keys and certificates can hold.
public enum PKIObject: Sendable {
    case certificate(Certificate)
    case request(CertificateRequest)
    case revocationList(CertificateRevocationList)
    case privateKey(PrivateKey)
    /// A private key that a passphrase opens.
    case encryptedKey(EncryptedKey)
    case publicKey(PublicKey)

    /// What it is, in words, such as "certificate request".
    public var kind: String {
        switch self {
        case .certificate(let certificate):
            certificate.isCertificateAuthority ? "CA certificate" : "certificate"
        case .request: "certificate request"
        case .revocationList: "certificate revocation list"
        case .privateKey: "private key"
        case .encryptedKey: "private key, encrypted"
        case .publicKey: "public key"
        }
    }

    /// The key that it is, or is for; nil for a list, and for a key that cannot be read.
    public var publicKey: PublicKey? {
        switch self {
        case .certificate(let certificate): certificate.publicKey
        case .request(let request): request.publicKey
        case .privateKey(let key): key.publicKey
        case .publicKey(let key): key
        case .revocationList, .encryptedKey: nil
        }
    }

    /// Whether what it encodes as must be kept secret.
    public var isSecret: Bool {
        switch self {
        case .privateKey, .encryptedKey: true
        case .certificate, .request, .revocationList, .publicKey: false
        }
    }

    /// It in PEM, in lines of 64 letters that end in LF; of a private key whoever takes it must ``wipe(_:)`` it.
    ///
    /// - Throws: ``PKIError/Code/encryptedKey`` for an encrypted key in a traditional format.
    public func pem() throws(PKIError) -> [UInt8] {
        switch self {
        case .certificate(let certificate): certificate.pem
        case .request(let request): request.pem
        case .revocationList(let list): list.pem
        case .privateKey(let key): try key.pem()
        case .encryptedKey(let key): PEM.encode(try key.der(), label: "ENCRYPTED PRIVATE KEY")
        case .publicKey(let key): key.pem
        }
    }

    /// It in DER; of a private key, PKCS #8, and whoever takes it must ``wipe(_:)`` it.
    ///
    /// - Throws: ``PKIError/Code/encryptedKey`` for an encrypted key in a traditional format.
    public func der() throws(PKIError) -> [UInt8] {
        switch self {
        case .certificate(let certificate): certificate.der
        case .request(let request): request.der
        case .revocationList(let list): list.der
        case .privateKey(let key): try key.der()
        case .encryptedKey(let key): try key.der()
        case .publicKey(let key): key.subjectPublicKeyInfo
        }
    }
}

/// A private key that a passphrase opens; nobody here asks for one, so little is known of it.
public struct EncryptedKey: Sendable {
    /// The kind that its PEM lines tell in a traditional format ("RSA", "EC", "DSA"); PKCS #8 does not tell.
    public let kind: String?

    /// An EncryptedPrivateKeyInfo (RFC 5958, section 3).
    private let encoded: [UInt8]?

    init(kind: String) { (self.kind, encoded) = (kind, nil) }

    init(pkcs8 der: [UInt8]) { (kind, encoded) = (nil, der) }

    /// It in DER, still encrypted.
    func der() throws(PKIError) -> [UInt8] {
        guard let encoded else {
            throw PKIError(
                code: .encryptedKey,
                message: "an encrypted key in a traditional format cannot be converted without its passphrase")
        }
        return encoded
    }
}
