import CLibCrypto
import Threads

/// Makes and checks the JSON web tokens of a login (RFC 7519), signed with HMAC-SHA256 by a key that no one else has.
struct TokenIssuer: Sendable {
    /// What a token says, as dojot's auth service has it.
    struct Claims: Codable, Sendable, Equatable {
        /// The tenant.
        var service: String
        var username: String
        var userid: Int
        var profile: String
        /// When it was issued, in Unix seconds.
        var iat: Int64
        /// When its life ends, in Unix seconds.
        var exp: Int64
        var jti: String
        var iss: String
    }

    private struct Header: Codable {
        var alg: String
        var typ: String?
    }

    /// Seconds that a token is good for.
    let life: Int64
    private let key = Random.bytes(32)
    private let issuer = Random.hex(digits: 32)
    /// The last one that was found to be ours: a fleet shows the same one with each of its requests.
    private let last = Guarded<(token: String, claims: Claims)?>(nil)

    /// A token for a user.
    func issue(tenant: String, user: User, life: Int64? = nil) -> String {
        let now = Int64(Time.now)
        let claims = Claims(
            service: tenant, username: user.name, userid: user.id, profile: user.maySign ? "admin" : "viewer",
            iat: now, exp: now + (life ?? self.life), jti: Random.hex(digits: 32), iss: issuer)
        let content =
            Base64URL.encode(JSON.encode(Header(alg: "HS256", typ: "JWT"))) + "."
            + Base64URL.encode(JSON.encode(claims))
        return content + "." + Base64URL.encode(signature(of: content))
    }

    /// What a token says; nil where it is not ours, was changed or has expired.
    ///
    /// The algorithm is ours to choose, not the token's: anything but HS256 is refused (RFC 8725, section 3.1).
    func check(_ token: String) -> Claims? {
        guard let claims = known(token) ?? read(token),
            Double(claims.exp) > Time.now
        else { return nil }
        last.withLock { $0 = (token, claims) }
        return claims
    }

    /// What the last token says, where it is this one.
    private func known(_ token: String) -> Claims? {
        last.withLock { last in last.flatMap { Secret.equal($0.token, token) ? $0.claims : nil } }
    }

    private func read(_ token: String) -> Claims? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3,
            let header = Base64URL.decode(parts[0]).flatMap({ JSON.decode(Header.self, from: $0) }),
            header.alg == "HS256",
            let given = Base64URL.decode(parts[2]), Secret.equal(given, signature(of: parts[0] + "." + parts[1]))
        else { return nil }
        return Base64URL.decode(parts[1]).flatMap { JSON.decode(Claims.self, from: $0) }
    }

    private func signature(of content: String) -> [UInt8] {
        let bytes = Array(content.utf8)
        var result = [UInt8](repeating: 0, count: 32)
        var length = 0
        // It fails only where OpenSSL has no SHA-256 at all; then no token matches an empty signature of 32 bytes.
        EVP_Q_mac(
            nil, "HMAC", nil, "SHA256", nil, key, key.count, bytes, bytes.count, &result, result.count, &length)
        return length == result.count ? result : []
    }
}
