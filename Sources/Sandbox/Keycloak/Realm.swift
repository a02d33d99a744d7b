import Threads

/// A Keycloak realm, that of the sandbox's tenant: its clients, keys and sessions.
final class Realm: Sendable {
    /// The life of tokens in seconds (accessTokenLifespan, ssoSessionIdleTimeout and ssoSessionMaxLifespan of dojot's realm file).
    struct Lifespans: Sendable {
        var access: Int64 = 300
        var refresh: Int64 = 1800
        var session: Int64 = 36000
    }

    /// Who a token is for: a user, or the service account of a client.
    struct Holder: Sendable {
        var user: User
        var serviceAccountOf: RealmClient?
    }

    /// An answer of the token endpoint.
    struct TokenResponse: Encodable {
        var accessToken: String
        var expiresIn: Int64
        var refreshToken: String?
        var refreshExpiresIn: Int64
        var tokenType = "Bearer"
        var notBeforePolicy = 0
        var sessionState: String?
        var scope = RealmClaims.scope

        private enum CodingKeys: String, CodingKey {
            case accessToken = "access_token"
            case expiresIn = "expires_in"
            case refreshToken = "refresh_token"
            case refreshExpiresIn = "refresh_expires_in"
            case tokenType = "token_type"
            case notBeforePolicy = "not-before-policy"
            case sessionState = "session_state"
            case scope
        }
    }

    /// Why a refresh token is refused, in the words of Keycloak (org.keycloak.protocol.oidc.TokenManager).
    enum RefreshFailure: String, Error {
        case invalid = "Invalid refresh token"
        case expired = "Token is not active"
        case otherClient = "Invalid refresh token. Token client and authorized client don't match"
        case noSession = "Session not active"
    }

    /// Why an access token is refused; in the order of the checks in Kong's jwt-keycloak plugin.
    enum AccessFailure: Error {
        case malformed(JSONWebToken.Malformation)
        case otherAlgorithm
        case noExpiry
        case expired
        case otherIssuer
        case unknownRealm
        case wrongSignature
    }

    private struct RegisteredClaims: Decodable {
        var iss: String?
        var exp: Double?
    }

    /// The name, which is the tenant's.
    let name: String
    /// Keycloak's URL before "/realms": KEYCLOAK_FRONTEND_URL, fixed by the installation whichever name a client uses.
    let frontend: String
    let clients: [RealmClient]
    let key: RealmKey
    private let users: [User]
    private let lifespans: Lifespans
    /// Refresh tokens are for Keycloak's own eyes.
    private let refreshKey = SymmetricKey()
    private let refreshKeyID = Random.uuid()
    /// When each session began, by its id.
    private let sessions = Guarded<[String: Int64]>([:])
    /// The last access token that was found valid.
    private let last = Guarded<(token: String, claims: RealmClaims.Access)?>(nil)

    init(
        _ name: String, frontend: String, clients: [RealmClient], users: [User], lifespans: Lifespans
    ) throws(SandboxError) {
        self.name = name
        self.frontend = frontend
        self.clients = clients
        self.users = users
        self.lifespans = lifespans
        key = try RealmKey()
    }

    /// The `iss` of its tokens, and where its endpoints are.
    var issuer: String { "\(frontend)/realms/\(name)" }

    /// The user of a name, in any case: Keycloak keeps user names in lower case.
    func user(named name: String) -> User? { users.first { $0.isNamed(name) } }

    /// Logs a user in, or a client itself: only a user gets a session and a refresh token.
    func open(for holder: Holder, client: RealmClient, _ call: Call) -> TokenResponse {
        guard holder.serviceAccountOf == nil else {
            let life = call.effects.tokenLife ?? lifespans.access
            let claims = claims(of: holder, client, session: nil, life: life)
            return TokenResponse(accessToken: sign(claims), expiresIn: life, refreshExpiresIn: 0)
        }
        let session = Random.uuid()
        let now = Int64(Time.now)
        sessions.withLock { sessions in
            if sessions.count > 1000 { sessions = sessions.filter { $0.value + lifespans.session > now } }
            sessions[session] = now
        }
        return tokens(for: holder, client, session: session, began: now, call)
    }

    /// New tokens for a refresh token.
    func refresh(_ text: String, client: RealmClient, _ call: Call) throws(RefreshFailure) -> TokenResponse {
        let claims = try refreshClaims(of: text, client: client)
        guard let began = sessions.withLock({ $0[claims.sid] }),
            let user = users.first(where: { $0.subject == claims.sub })
        else { throw .noSession }
        return tokens(for: Holder(user: user), client, session: claims.sid, began: began, call)
    }

    /// Ends the session of a refresh token.
    func close(_ text: String, client: RealmClient) throws(RefreshFailure) {
        let claims = try refreshClaims(of: text, client: client)
        sessions.withLock { $0[claims.sid] = nil }
    }

    /// The claims of an access token that is the realm's and has not expired.
    func check(_ text: String) throws(AccessFailure) -> RealmClaims.Access {
        if let last = last.withLock({ $0 }), Secret.equal(last.token, text), Double(last.claims.exp) > Time.now {
            return last.claims
        }
        let token: JSONWebToken
        do throws(JSONWebToken.Malformation) { token = try JSONWebToken(text) } catch { throw .malformed(error) }
        guard token.algorithm == "RS256" else { throw .otherAlgorithm }
        let registered = JSON.decode(RegisteredClaims.self, from: token.claims)
        guard let expiry = registered?.exp else { throw .noExpiry }
        guard expiry > Time.now.rounded(.down) else { throw .expired }
        guard let issuer = registered?.iss, issuer.hasPrefix(frontend + "/realms/") else { throw .otherIssuer }
        guard issuer == self.issuer else { throw .unknownRealm }
        guard key.signed(token), let claims = JSON.decode(RealmClaims.Access.self, from: token.claims) else {
            throw .wrongSignature
        }
        last.withLock { $0 = (text, claims) }
        return claims
    }

    /// Whom an access token is for.
    func holder(of claims: RealmClaims.Access) -> User? {
        if let user = users.first(where: { $0.subject == claims.sub }) { return user }
        return clients.first { $0.hasServiceAccount && $0.serviceAccount.subject == claims.sub }?.serviceAccount
    }

    private func tokens(
        for holder: Holder, _ client: RealmClient, session: String, began: Int64, _ call: Call
    ) -> TokenResponse {
        let now = Int64(Time.now)
        let life = call.effects.tokenLife ?? lifespans.access
        let refreshLife = min(call.effects.refreshLife ?? lifespans.refresh, began + lifespans.session - now)
        let access = claims(of: holder, client, session: session, life: life)
        let refresh = RealmClaims.Refresh(
            exp: now + refreshLife, iat: now, jti: Random.uuid(), iss: issuer, aud: issuer, sub: holder.user.subject,
            azp: client.id, sessionState: session, sid: session)
        let header = RealmClaims.Header(alg: "HS256", kid: refreshKeyID)
        return TokenResponse(
            accessToken: sign(access), expiresIn: life,
            refreshToken: JSONWebToken.text(header: header, claims: refresh) { refreshKey.signature(of: $0) },
            refreshExpiresIn: refreshLife, sessionState: session)
    }

    private func claims(
        of holder: Holder, _ client: RealmClient, session: String?, life: Int64
    ) -> RealmClaims.Access {
        let now = Int64(Time.now)
        let isServiceAccount = holder.serviceAccountOf != nil
        return RealmClaims.Access(
            exp: now + life, iat: now, jti: Random.uuid(), iss: issuer, sub: holder.user.subject, azp: client.id,
            sessionState: session, realmAccess: .init(roles: holder.user.realmRoles),
            resourceAccess: ["account": .init(roles: ["manage-account", "view-profile"])], sid: session,
            emailVerified: !isServiceAccount, preferredUsername: holder.user.name.lowercased(),
            clientId: isServiceAccount ? client.id : nil)
    }

    private func sign(_ claims: RealmClaims.Access) -> String {
        JSONWebToken.text(header: RealmClaims.Header(alg: "RS256", kid: key.id), claims: claims) {
            key.signature(of: $0)
        }
    }

    private func refreshClaims(of text: String, client: RealmClient) throws(RefreshFailure) -> RealmClaims.Refresh {
        guard let token = try? JSONWebToken(text), refreshKey.signed(token),
            let claims = JSON.decode(RealmClaims.Refresh.self, from: token.claims)
        else { throw .invalid }
        guard claims.exp > Int64(Time.now) else { throw .expired }
        guard claims.azp == client.id else { throw .otherClient }
        return claims
    }
}

extension RealmClient {
    /// The user that a client is when it logs in itself; an operator gives it the realm's role "user".
    var serviceAccount: User {
        User(name: "service-account-\(id.lowercased())", password: "")
    }
}
