public import HTTP

/// A login to the platform: a token, its user and its expiry.
public struct Session: Sendable {
    /// A token that gets new access tokens without the password.
    struct RefreshToken: Sendable {
        let secret: Secret
        /// Nil if the platform does not say.
        let expiry: Deadline?
    }

    /// The token for all routes but the login.
    public let token: JSONWebToken
    /// When the token expires, on the monotonic clock, so that a wrong clock here does not matter; nil if the token does not
    /// say.
    public let expiry: Deadline?
    /// Keycloak's refresh token; nil up to dojot 0.8, for client credentials and for a token of an earlier login.
    let refreshToken: RefreshToken?
    /// Which of its services the platform was found to have; copies and renewed sessions share it.
    let services: PlatformServices

    /// The token's claims; `service` is the tenant.
    public var claims: JSONWebToken.Claims { token.claims }
    /// Whether the token has expired.
    public var isExpired: Bool { expiry?.hasPassed ?? false }

    /// A session with a token of an earlier login; this machine's clock decides when it expires.
    ///
    /// - Throws: `DojotError` with `.invalidToken` or, for its tenant, `.invalidName`.
    public init(token secret: Secret) throws(DojotError) {
        let token = try JSONWebToken(secret)
        self.init(token, life: token.claims.expiresAt.map { Double($0 - HTTPDate.now()) })
    }

    /// - Parameters:
    ///   - life: the seconds until the token expires, if known.
    ///   - services: those of the session that this one renews.
    init(
        _ token: JSONWebToken, life: Double?, refreshToken: RefreshToken? = nil,
        services: PlatformServices = PlatformServices()
    ) {
        self.token = token
        self.refreshToken = refreshToken
        self.services = services
        expiry = life.map(Deadline.init(seconds:))
    }
}
