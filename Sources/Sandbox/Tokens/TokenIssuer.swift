import Threads

/// Issues and verifies the JSON web tokens of dojot's auth service (RFC 7519), signed with HMAC-SHA256.
struct TokenIssuer: Sendable {
    /// The claims of a token (dojot/auth, auth/controller/AuthenticationController.py, v0.8.0).
    struct Claims: Codable, Sendable, Equatable {
        /// The tenant.
        var service: String
        var username: String
        var userid: Int
        var profile: String
        /// The ids of the user's groups: 1 is "admin", 2 is "user" (auth/initialConf.py).
        var groups: [Int]
        /// When it was issued, in Unix seconds.
        var iat: Int64
        /// When it expires, in Unix seconds.
        var exp: Int64
        var jti: String
        /// The key under which Kong knows the user's secret.
        var iss: String
    }

    /// Why a token is refused; in the order of the checks in Kong's jwt plugin.
    enum Failure: Error, Equatable {
        case malformed(JSONWebToken.Malformation)
        case noIssuer
        case unknownIssuer
        case otherAlgorithm
        case wrongSignature
        case noExpiry
        case expired
    }

    private struct Header: Codable {
        var alg = "HS256"
        var typ = "JWT"
    }

    /// The claims by which a token is checked.
    private struct RegisteredClaims: Decodable {
        var iss: String?
        var exp: Double?
    }

    /// Seconds that a token is valid.
    let life: Int64
    private let key = SymmetricKey()
    private let issuer = Random.hex(digits: 32)
    /// The last one that was found valid: a fleet sends the same one with each of its requests.
    private let last = Guarded<(token: String, claims: Claims)?>(nil)

    init(life: Int64) { self.life = life }

    /// A token for a user.
    func issue(tenant: String, user: User, life: Int64? = nil) -> String {
        let now = Int64(Time.now)
        let claims = Claims(
            service: tenant, username: user.name, userid: user.id, profile: user.maySign ? "admin" : "viewer",
            groups: [user.maySign ? 1 : 2], iat: now, exp: now + (life ?? self.life), jti: Random.hex(digits: 32),
            iss: issuer)
        return JSONWebToken.text(header: Header(), claims: claims) { key.signature(of: $0) }
    }

    /// The claims of a token that is ours, unchanged, and not expired.
    func check(_ token: String) throws(Failure) -> Claims {
        let claims = if let known = known(token) { known } else { try read(token) }
        guard Double(claims.exp) > Time.now else { throw .expired }
        last.withLock { $0 = (token, claims) }
        return claims
    }

    /// The claims of the last valid token, where it is this one.
    private func known(_ token: String) -> Claims? {
        last.withLock { last in last.flatMap { Secret.equal($0.token, token) ? $0.claims : nil } }
    }

    private func read(_ text: String) throws(Failure) -> Claims {
        let token: JSONWebToken
        do throws(JSONWebToken.Malformation) { token = try JSONWebToken(text) } catch { throw .malformed(error) }
        let registered = JSON.decode(RegisteredClaims.self, from: token.claims)
        guard let name = registered?.iss else { throw .noIssuer }
        guard name == issuer else { throw .unknownIssuer }
        guard token.algorithm == "HS256" else { throw .otherAlgorithm }
        guard key.signed(token) else { throw .wrongSignature }
        guard registered?.exp != nil, let claims = JSON.decode(Claims.self, from: token.claims) else { throw .noExpiry }
        return claims
    }
}
