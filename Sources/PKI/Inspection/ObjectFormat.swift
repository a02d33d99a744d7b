import CLibCrypto

/// The forms that keys and certificates come in, each with the decoder for it.
enum ObjectFormat {
    case certificate, trustedCertificate, request, revocationList, message
    case privateKey, rsaPrivateKey, ecPrivateKey, dsaPrivateKey, encryptedPrivateKey
    case publicKey, rsaPublicKey

    /// The form that a PEM label names (RFC 7468, section 4, and OpenSSL's PEM_read_bio(3)).
    init?(label: String) {
        switch label {
        case "CERTIFICATE", "X509 CERTIFICATE": self = .certificate
        case "TRUSTED CERTIFICATE": self = .trustedCertificate
        case "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST": self = .request
        case "X509 CRL": self = .revocationList
        case "PKCS7", "PKCS #7 SIGNED DATA", "CMS": self = .message
        case "PRIVATE KEY": self = .privateKey
        case "RSA PRIVATE KEY": self = .rsaPrivateKey
        case "EC PRIVATE KEY": self = .ecPrivateKey
        case "DSA PRIVATE KEY": self = .dsaPrivateKey
        case "ENCRYPTED PRIVATE KEY": self = .encryptedPrivateKey
        case "PUBLIC KEY": self = .publicKey
        case "RSA PUBLIC KEY": self = .rsaPublicKey
        default: return nil
        }
    }

    /// Whether a PEM label is that of parameters, which stand before a key and say nothing by themselves.
    static func isParameters(label: String) -> Bool {
        ["EC PARAMETERS", "DH PARAMETERS", "X9.42 DH PARAMETERS", "DSA PARAMETERS"].contains(label)
    }

    /// The forms that DER can have by its outside; none for what is something else.
    static func told(by der: UnsafeBufferPointer<UInt8>) -> [ObjectFormat] {
        guard let whole = DERElement(der), whole.tag == DERElement.sequence else { return [] }
        let tags = whole.children(in: der, most: 9).map(\.tag)
        switch tags.prefix(3) {
        case [DERElement.sequence, DERElement.sequence, DERElement.bitString]:
            return [.certificate, .request, .revocationList]
        case [DERElement.sequence, DERElement.bitString]: return [.publicKey]
        case [DERElement.sequence, DERElement.octetString]: return [.encryptedPrivateKey]
        case [DERElement.integer, DERElement.sequence, DERElement.octetString]: return [.privateKey]
        case [DERElement.integer, DERElement.integer] where tags.count == 2: return [.rsaPublicKey]
        default: break
        }
        if tags.first == DERElement.objectIdentifier { return [.message] }
        if tags.prefix(2) == [DERElement.integer, DERElement.octetString] { return [.ecPrivateKey] }
        guard tags.allSatisfy({ $0 == DERElement.integer }) else { return [] }
        return tags.count == 9 ? [.rsaPrivateKey] : tags.count == 6 ? [.dsaPrivateKey] : []
    }

    /// Whether DER is a PKCS #12 file (RFC 7292, section 4), which only its passphrase opens.
    static func isPersonalExchange(_ der: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let whole = DERElement(der), whole.tag == DERElement.sequence else { return false }
        let children = whole.children(in: der, most: 2)
        return children.map(\.tag) == [DERElement.integer, DERElement.sequence]
            && children[0].contents.count == 1 && der[children[0].contents.lowerBound] == 3
    }

    /// What it is, in words.
    var name: String {
        switch self {
        case .certificate, .trustedCertificate: "certificate"
        case .request: "certificate request"
        case .revocationList: "certificate revocation list"
        case .message: "PKCS #7 message"
        case .privateKey, .rsaPrivateKey, .ecPrivateKey, .dsaPrivateKey: "private key"
        case .encryptedPrivateKey: "encrypted private key"
        case .publicKey, .rsaPublicKey: "public key"
        }
    }

    /// Decodes all of `der`: one object, or those that a message carries; nil where it is not of this form.
    func decode(_ der: UnsafeBufferPointer<UInt8>) -> [PKIObject]? {
        switch self {
        case .certificate: certificate(der) { d2i_X509(nil, $0, $1) }
        case .trustedCertificate: certificate(der) { d2i_X509_AUX(nil, $0, $1) }
        case .request:
            OpenSSL.decode(der, with: { d2i_X509_REQ(nil, $0, $1) }, free: { X509_REQ_free($0) })
                .map { [.request(CertificateRequest(owning: $0))] }
        case .revocationList:
            OpenSSL.decode(der, with: { d2i_X509_CRL(nil, $0, $1) }, free: { X509_CRL_free($0) })
                .map { [.revocationList(CertificateRevocationList(owning: $0))] }
        case .message:
            PKCS7.contents(der: der).map { contents in
                contents.certificates.map { .certificate($0) } + contents.lists.map { .revocationList($0) }
            }
        case .privateKey: PrivateKey.readPKCS8(der: der).map { [.privateKey(PrivateKey(owning: $0))] }
        case .rsaPrivateKey: privateKey(der, EVP_PKEY_RSA)
        case .ecPrivateKey: privateKey(der, EVP_PKEY_EC)
        case .dsaPrivateKey: privateKey(der, EVP_PKEY_DSA)
        case .encryptedPrivateKey:
            OpenSSL.decode(der, with: { d2i_X509_SIG(nil, $0, $1) }, free: { X509_SIG_free($0) }).map { handle in
                X509_SIG_free(handle)
                return [.encryptedKey(EncryptedKey(pkcs8: Array(der)))]
            }
        case .publicKey: publicKey(der) { d2i_PUBKEY(nil, $0, $1) }
        case .rsaPublicKey: publicKey(der) { d2i_PublicKey(EVP_PKEY_RSA, nil, $0, $1) }
        }
    }

    private typealias Decoder = (UnsafeMutablePointer<UnsafePointer<UInt8>?>, Int) -> OpaquePointer?

    private func certificate(_ der: UnsafeBufferPointer<UInt8>, _ decoder: Decoder) -> [PKIObject]? {
        OpenSSL.decode(der, with: decoder, free: { X509_free($0) }).map { [.certificate(Certificate(owning: $0))] }
    }

    private func privateKey(_ der: UnsafeBufferPointer<UInt8>, _ kind: Int32) -> [PKIObject]? {
        OpenSSL.decode(der, with: { d2i_PrivateKey(kind, nil, $0, $1) }, free: { EVP_PKEY_free($0) })
            .map { [.privateKey(PrivateKey(owning: $0))] }
    }

    private func publicKey(_ der: UnsafeBufferPointer<UInt8>, _ decoder: Decoder) -> [PKIObject]? {
        OpenSSL.decode(der, with: decoder, free: { EVP_PKEY_free($0) }).map { handle in
            defer { EVP_PKEY_free(handle) }
            return [.publicKey(PublicKey(of: handle))]
        }
    }
}
