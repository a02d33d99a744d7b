/// How the release's Kong checks who sends a request: its plugins and their answers.
///
/// Up to 0.8 these are Kong's own `jwt` and dojot's `pepkong`, which asks dojot's auth service; Kong is 0.11 up to 0.4 and 2.x after
/// (dojot/kong, Dockerfile, plugins/pepkong; dojot/docker-compose, kong.config.sh). On 1.0 they are `jwt-keycloak` and another `pepkong`,
/// which asks Keycloak (dojot/kong, plugins, commit cbebe86).
///
/// One thing differs: dojot does not set claims_to_verify of the `jwt` plugin, so that its default installation up to 0.8 accepts a token
/// after its expiry. Here the plugin has `claims_to_verify=exp`, as an operator who cares sets it.
enum GatewayAccess: Sendable {
    /// `jwt` of Kong 0.11.
    case oldJWT(TokenIssuer, [User])
    /// `jwt` of Kong 2.x.
    case jwt(TokenIssuer, [User])
    /// `jwt-keycloak`.
    case keycloak(Realm)

    /// Who sends a request.
    func user(of request: Request) throws(Refusal) -> User {
        guard let token = request.bearerToken else { throw .reason(401, "Unauthorized") }
        switch self {
        case .oldJWT(let issuer, let users): return try Self.user(of: token, issuer, users, refused: 403)
        case .jwt(let issuer, let users): return try Self.user(of: token, issuer, users, refused: 401)
        case .keycloak(let realm): return try Self.user(of: token, realm)
        }
    }

    /// The answer to a user who lacks a permission.
    ///
    /// Up to 0.8 it has no body: `kong.response.exit(403)`. On 1.0 `pepkong` passes on what Keycloak answered, as text.
    var denied: Refusal {
        guard case .keycloak = self else { return Refusal(Response(status: 403)) }
        let text = #"{"error":"access_denied","error_description":"not_authorized"}"#
        return Refusal(
            Response(status: 403, headers: [("Content-Type", "text/plain; charset=UTF-8")], body: Array(text.utf8)))
    }

    private static func user(
        of token: String, _ issuer: TokenIssuer, _ users: [User], refused: Int
    ) throws(Refusal) -> User {
        let claims: TokenIssuer.Claims
        do throws(TokenIssuer.Failure) { claims = try issuer.check(token) } catch {
            switch error {
            case .malformed(let reason): throw .reason(401, "Bad token; \(reason.rawValue)")
            case .noIssuer: throw .reason(401, "No mandatory 'iss' in claims")
            case .unknownIssuer: throw .reason(refused, "No credentials found for given 'iss'")
            case .otherAlgorithm: throw .reason(refused, "Invalid algorithm")
            case .wrongSignature: throw .reason(refused, "Invalid signature")
            case .noExpiry: throw Refusal(.json(["exp": "must be a number"], status: 401))
            case .expired: throw Refusal(.json(["exp": "token expired"], status: 401))
            }
        }
        guard let user = users.first(where: { $0.name == claims.username }) else {
            throw .reason(refused, "No credentials found for given 'iss'")
        }
        return user
    }

    private static func user(of token: String, _ realm: Realm) throws(Refusal) -> User {
        let claims: RealmClaims.Access
        do throws(Realm.AccessFailure) { claims = try realm.check(token) } catch {
            switch error {
            case .malformed(let reason): throw .reason(401, "Bad token; \(reason.rawValue)")
            case .otherAlgorithm: throw .reason(403, "Invalid algorithm")
            case .noExpiry: throw .reason(401, #"Token claims invalid: ["exp"]="must be a number""#)
            case .expired: throw .reason(401, #"Token claims invalid: ["exp"]="token expired""#)
            case .otherIssuer: throw .reason(401, "Token issuer not allowed")
            case .unknownRealm: throw .reason(403, "Unable to get public key for issuer")
            case .wrongSignature: throw .reason(401, "Invalid token signature")
            }
        }
        guard let user = realm.holder(of: claims) else { throw .reason(401, "Invalid token signature") }
        return user
    }
}

extension Request {
    /// The token of a request, where Kong's plugins look for it: the query's `jwt`, else what follows "Bearer" or "bearer" in
    /// `Authorization`.
    var bearerToken: String? {
        if let token = query("jwt") { return token }
        guard let header = headers["authorization"],
            let word = header.firstRange(of: "Bearer") ?? header.firstRange(of: "bearer")
        else { return nil }
        let rest = header[word.upperBound...]
        let token = rest.drop { $0 == " " || $0 == "\t" }
        return token.isEmpty || token.startIndex == rest.startIndex ? nil : String(token)
    }
}
