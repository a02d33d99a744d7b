import FoundationEssentials
public import HTTP

/// How to log in at a gateway, with all that it takes: it logs in as often as a run needs.
///
/// Up to dojot 0.8 the login is `POST /auth`; dojot 1.0 has Keycloak, one realm a tenant.
public struct PlatformLogin: Sendable {
    /// Which login the platform has.
    public enum Method: String, Codable, CaseIterable, Sendable {
        /// Detect it: see `logIn`.
        case auto
        /// `POST /auth` (dojot up to 0.8).
        case dojot
        /// Keycloak's token endpoint (dojot 1.0).
        case keycloak
    }

    /// Who logs in.
    public enum Identity: Sendable {
        case user(name: String, password: Secret)
        /// A machine without a user, by Keycloak's client credentials grant.
        case client
    }

    /// The tenant of a default installation.
    public static let defaultTenant = "admin"
    /// The one client of dojot's realm that allows the password grant; disabled until an administrator enables it
    /// (docker-compose 1.0-rc, keycloak/customRealmRepresentation.json).
    public static let defaultClientID = "dev-test-cli"

    public let gateway: Gateway
    public let identity: Identity
    public let method: Method
    /// Keycloak's realm.
    public let tenant: String
    /// Keycloak's client.
    public let clientID: String
    /// The secret of a confidential client.
    public let clientSecret: Secret?

    /// - Parameters:
    ///   - tenant: nil for `defaultTenant`.
    ///   - clientID: nil for `defaultClientID`.
    /// - Throws: `DojotError` with `.invalidName` for the tenant.
    public init(
        at gateway: Gateway, as identity: Identity, by method: Method = .auto, tenant: String? = nil,
        clientID: String? = nil, clientSecret: Secret? = nil
    ) throws(DojotError) {
        self.gateway = gateway
        self.identity = identity
        // Only at Keycloak a client logs in itself.
        self.method = if case .client = identity { .keycloak } else { method }
        self.tenant = try PlatformName.check(tenant ?? Self.defaultTenant, as: "tenant")
        self.clientID = clientID ?? Self.defaultClientID
        self.clientSecret = clientSecret
    }

    /// Logs in.
    ///
    /// With `.auto` the first request is `POST /auth`: up to dojot 0.8 it is the login, and its gateway allows five requests a
    /// minute below /auth (docker-compose, kong.config.sh), so no other may precede it. On 1.0 that path is Keycloak's root, which
    /// has no such method; then Keycloak's configuration is requested, and the password is sent again only if it exists.
    ///
    /// - Parameters:
    ///   - deadline: the end of all requests with their repetitions.
    ///   - onRetry: called before each wait.
    /// - Throws: `DojotError` with `isLogin`: `.unauthorized` for an unknown, inactive or disabled user, `.forbidden` for a wrong
    ///   password, `.accountNotReady`, `.clientRefused`, `.wrongClientSecret`, `.unknownTenant`, `.requestRefused`, and what every
    ///   route can throw.
    public func logIn(
        over http: HTTPClient, deadline: Deadline, retry: RetryPolicy = .standard,
        onRetry: @escaping (RetryEvent) -> Void = { _ in }
    ) throws(DojotError) -> Session {
        let transfer = Transfer(http: http, deadline: deadline, retry: retry, onRetry: onRetry)
        return try asLogin { () throws(DojotError) in try logIn(transfer) }
    }

    /// Renews a session of this login: with its refresh token while that is valid, else by another login of the same kind.
    ///
    /// - Throws: what `logIn` throws.
    public func renew(
        _ session: Session, over http: HTTPClient, deadline: Deadline, retry: RetryPolicy = .standard,
        onRetry: @escaping (RetryEvent) -> Void = { _ in }
    ) throws(DojotError) -> Session {
        let transfer = Transfer(http: http, deadline: deadline, retry: retry, onRetry: onRetry)
        return try asLogin { () throws(DojotError) in try renew(session, transfer) }
    }

    private func renew(_ session: Session, _ transfer: Transfer) throws(DojotError) -> Session {
        guard session.claims.isKeycloak else {
            // One that is not Keycloak's can only come from the other login.
            return try DojotLogin(login: self, transfer: transfer, services: session.services).logIn()
        }
        let keycloak = KeycloakLogin(login: self, transfer: transfer, services: session.services)
        guard let refreshToken = session.refreshToken, !(refreshToken.expiry?.hasPassed ?? false) else {
            return try keycloak.logIn()
        }
        do throws(DojotError) {
            return try keycloak.refresh(refreshToken.secret)
        } catch {
            // An administrator may have ended Keycloak's session, or Keycloak may have lost it.
            guard error.code == .unauthorized else { throw error }
            return try keycloak.logIn()
        }
    }

    private func logIn(_ transfer: Transfer) throws(DojotError) -> Session {
        let keycloak = KeycloakLogin(login: self, transfer: transfer, services: PlatformServices())
        if method == .keycloak { return try keycloak.logIn() }
        do {
            return try DojotLogin(login: self, transfer: transfer, services: PlatformServices()).logIn()
        } catch {
            guard method == .auto, Self.mayBeKeycloak(error), try keycloak.exists() else { throw error }
            return try keycloak.logIn()
        }
    }

    /// Whether the answer to `POST /auth` can be that of a gateway whose /auth leads to Keycloak. Keycloak 16's server redirects
    /// the path without "/" at its end (307), and its root accepts no JSON (415). A permanent redirect is that of a gateway with HTTPS
    /// only.
    private static func mayBeKeycloak(_ error: DojotError) -> Bool {
        guard let status = error.status else { return false }
        switch status {
        case 200...299: return error.code == .protocolViolation
        case 301, 308, 401, 403, 429: return false
        default: return status < 500
        }
    }

    private func asLogin(_ body: () throws(DojotError) -> Session) throws(DojotError) -> Session {
        do {
            return try body()
        } catch {
            var error = error
            error.isLogin = true
            throw error
        }
    }

    /// What all requests of one login share.
    struct Transfer {
        let http: HTTPClient
        let deadline: Deadline
        let retry: RetryPolicy
        let onRetry: (RetryEvent) -> Void
    }
}

extension Session {
    /// Logs in as a user: see `PlatformLogin`.
    ///
    /// - Parameter password: in UTF-8; the copy made here is wiped.
    public static func logIn(
        gateway: Gateway, username: String, password: Secret, http: HTTPClient, deadline: Deadline,
        retry: RetryPolicy = .standard, onRetry: @escaping (RetryEvent) -> Void = { _ in }
    ) throws(DojotError) -> Session {
        try PlatformLogin(at: gateway, as: .user(name: username, password: password))
            .logIn(over: http, deadline: deadline, retry: retry, onRetry: onRetry)
    }
}
