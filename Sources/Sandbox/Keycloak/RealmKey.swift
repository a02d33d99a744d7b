import CLibCrypto
import PKI

/// The RSA key with which a realm signs its access tokens (RS256 of RFC 7518, section 3.3).
struct RealmKey: Sendable {
    /// A public key as a JSON Web Key (RFC 7517), as Keycloak lists it.
    struct PublicKey: Encodable {
        let kid: String
        let kty = "RSA"
        let alg = "RS256"
        let use = "sig"
        /// Modulus and exponent, in Base64 for URLs.
        let n: String
        let e: String
    }

    private let key: PrivateKey
    /// The key's id, which the header of each token names.
    let id = Base64URL.encode(Random.bytes(32))

    /// Generates a key of 2048 bits, as Keycloak does for a new realm.
    init() throws(SandboxError) {
        do { key = try PrivateKey(generating: .rsa(bits: 2048)) } catch {
            throw SandboxError(.cryptography, "cannot generate the realm's key: \(error.message)")
        }
    }

    var publicKey: PublicKey {
        PublicKey(kid: id, n: Base64URL.encode(number("n")), e: Base64URL.encode(number("e")))
    }

    /// The public key in DER, in Base64, as the realm's page shows it.
    var encodedPublicKey: String { Base64.encode(key.publicKey.subjectPublicKeyInfo) }

    /// The signature of some bytes; empty where OpenSSL fails.
    func signature(of content: [UInt8]) -> [UInt8] {
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        var count = Int(EVP_PKEY_get_size(key.handle))
        var signature = [UInt8](repeating: 0, count: count)
        guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key.handle) == 1,
            EVP_DigestSign(context, &signature, &count, content, content.count) == 1
        else { return [] }
        return Array(signature.prefix(count))
    }

    /// Whether a token is signed with this key.
    func signed(_ token: JSONWebToken) -> Bool {
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        let (signature, content) = (token.signature, token.signedContent)
        let isSigned =
            token.algorithm == "RS256"
            && EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key.handle) == 1
            && EVP_DigestVerify(context, signature, signature.count, content, content.count) == 1
        ERR_clear_error()
        return isSigned
    }

    /// A number of the public key, from its highest byte on.
    private func number(_ name: String) -> [UInt8] {
        var number: OpaquePointer?
        guard EVP_PKEY_get_bn_param(key.handle, name, &number) == 1, let number else { return [] }
        defer { BN_free(number) }
        var bytes = [UInt8](repeating: 0, count: Int(BN_num_bits(number) + 7) / 8)
        BN_bn2bin(number, &bytes)
        return bytes
    }
}
