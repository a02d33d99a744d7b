import CLibCrypto

/// A random key for signatures with HMAC-SHA256 (HS256 of RFC 7518, section 3.2).
struct SymmetricKey: Sendable {
    private let bytes = Random.bytes(32)

    /// The signature of some bytes.
    func signature(of content: [UInt8]) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: 32)
        var length = 0
        // It fails only where OpenSSL has no SHA-256 at all; then no token matches an empty signature.
        EVP_Q_mac(
            nil, "HMAC", nil, "SHA256", nil, bytes, bytes.count, content, content.count, &result, result.count, &length)
        return length == result.count ? result : []
    }

    /// Whether a token is signed with this key; its algorithm must be HS256, whatever it names (RFC 8725, section 3.1).
    func signed(_ token: JSONWebToken) -> Bool {
        token.algorithm == "HS256" && Secret.equal(token.signature, signature(of: token.signedContent))
    }
}
