/// The claims of Keycloak's tokens for dojot's realm (Keycloak 16.1, the release of dojot's image; the realm's mappers are in
/// dojot/docker-compose, keycloak/customRealmRepresentation.json, 1.0.0-rc.3).
enum RealmClaims {
    struct Roles: Codable, Sendable, Equatable {
        var roles: [String]
    }

    /// An access token. There is no tenant in it but the last part of `iss`.
    struct Access: Codable, Sendable, Equatable {
        var exp: Int64
        var iat: Int64
        var jti: String
        var iss: String
        var aud = "account"
        /// The user's id.
        var sub: String
        var typ = "Bearer"
        /// The client.
        var azp: String
        /// The session; none for a service account.
        var sessionState: String?
        var acr = "1"
        var realmAccess: Roles
        var resourceAccess: [String: Roles]
        var scope = RealmClaims.scope
        var sid: String?
        var emailVerified: Bool
        var preferredUsername: String
        /// Of a service account: its client.
        var clientId: String?

        enum CodingKeys: String, CodingKey {
            case exp, iat, jti, iss, aud, sub, typ, azp, acr, scope, sid, clientId
            case sessionState = "session_state"
            case realmAccess = "realm_access"
            case resourceAccess = "resource_access"
            case emailVerified = "email_verified"
            case preferredUsername = "preferred_username"
        }
    }

    /// A refresh token, which only Keycloak reads.
    struct Refresh: Codable, Sendable, Equatable {
        var exp: Int64
        var iat: Int64
        var jti: String
        var iss: String
        var aud: String
        var sub: String
        var typ = "Refresh"
        var azp: String
        var sessionState: String
        var scope = RealmClaims.scope
        var sid: String

        enum CodingKeys: String, CodingKey {
            case exp, iat, jti, iss, aud, sub, typ, azp, scope, sid
            case sessionState = "session_state"
        }
    }

    /// The header of a token.
    struct Header: Encodable {
        let alg: String
        let typ = "JWT"
        let kid: String
    }

    static let scope = "email profile"
}
