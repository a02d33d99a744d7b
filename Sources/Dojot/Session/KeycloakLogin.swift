import FoundationEssentials
import HTTP

/// The login of dojot 1.0: Keycloak's token endpoint (RFC 6749) in the realm that is called like the tenant.
struct KeycloakLogin {
    let login: PlatformLogin
    let transfer: PlatformLogin.Transfer
    let services: PlatformServices

    private var realm: String { "/auth/realms/\(login.tenant)" }

    /// Whether Keycloak is behind the gateway: requests its configuration (OpenID Connect Discovery 1.0 section 4).
    ///
    /// - Throws: `DojotError` with `.unknownTenant` if Keycloak has no such realm, and for what never reached the gateway.
    func exists() throws(DojotError) -> Bool {
        let exchange = exchange(
            "find out how \(login.gateway) logs in", .get, "\(realm)/.well-known/openid-configuration")
        let response = try exchange.receive()
        if KeycloakErrorMapping.isUnknownRealm(response) { throw unknownTenant(exchange, response) }
        return response.status == 200
            && (try? JSONDecoder().decode(KeycloakConfiguration.self, from: Data(response.body))) != nil
    }

    /// Logs in as the user, or as the client.
    func logIn() throws(DojotError) -> Session {
        switch login.identity {
        case .user(let name, let password):
            return try requestToken(
                .password, "log in to \(login.gateway) as \(ServerText.quoted(name))",
                [("username", .text(name)), ("password", .secret(password))])
        case .client:
            return try requestToken(
                .clientCredentials, "log in to \(login.gateway) as client \(ServerText.quoted(login.clientID))", [])
        }
    }

    /// Gets a new access token.
    ///
    /// - Throws: `DojotError` with `.unauthorized` if the refresh token has expired.
    func refresh(_ token: Secret) throws(DojotError) -> Session {
        try requestToken(.refreshToken, "renew the login to \(login.gateway)", [("refresh_token", .secret(token))])
    }

    /// RFC 6749 sections 4.3, 4.4 and 6.
    enum Grant: String {
        case password
        case clientCredentials = "client_credentials"
        case refreshToken = "refresh_token"
    }

    private func requestToken(
        _ grant: Grant, _ purpose: String, _ fields: [(name: String, value: FormContent.Value)]
    ) throws(DojotError) -> Session {
        let client: [(name: String, value: FormContent.Value)] =
            [("grant_type", .text(grant.rawValue)), ("client_id", .text(login.clientID))]
            + (login.clientSecret.map { [("client_secret", .secret($0))] } ?? [])
        var exchange = exchange(
            purpose, .post, "\(realm)/protocol/openid-connect/token", content: FormContent.encode(client + fields))
        defer { exchange.request.wipeBody() }
        var response = try exchange.receive()
        defer { response.wipeBody() }
        guard (200...299).contains(response.status) else { throw refusal(response, of: grant, exchange) }
        guard let answer = KeycloakAnswer(response.body) else {
            throw exchange.violation(
                "the answer is not what Keycloak's API says: \(ServerMessage.kind(of: response.body))", response)
        }
        let token: JSONWebToken
        do {
            token = try JSONWebToken(answer.accessToken)
        } catch {
            throw exchange.violation(error.message)
        }
        let refreshToken = answer.refreshToken.map { secret in
            // 0 is a refresh token that does not expire by itself (offline access).
            let life = answer.refreshLife.flatMap { $0 > 0 ? $0 : nil }
            return Session.RefreshToken(secret: secret, expiry: life.map(Deadline.init(seconds:)))
        }
        return Session(
            token, life: answer.life ?? token.claims.life, refreshToken: refreshToken, services: services)
    }

    private func refusal(_ response: HTTPResponse, of grant: Grant, _ exchange: GatewayExchange) -> DojotError {
        if KeycloakErrorMapping.isUnknownRealm(response) { return unknownTenant(exchange, response) }
        guard let error = KeycloakErrorMapping(response) else {
            guard response.status == 404 else { return exchange.refusal(response) }
            return DojotError(
                .noRoute, "cannot \(exchange.purpose): the gateway has no Keycloak, which dojot has since 1.0",
                status: response.status)
        }
        let (code, reason) = error.meaning(for: grant, of: login)
        var result = DojotError(
            code, "cannot \(exchange.purpose): \(reason) (\(error.shown))", status: response.status,
            serverWords: error.shown, retryAfter: response.retryAfter, attempts: response.attempts)
        result.page = page(for: code)
        return result
    }

    /// The web page on which a person can remove the cause.
    private func page(for code: DojotError.Code) -> String? {
        switch code {
        case .accountNotReady: login.gateway.url("\(realm)/account/")
        case .clientRefused, .noServiceAccount, .wrongClientSecret:
            login.gateway.url("/auth/admin/\(login.tenant)/console/")
        default: nil
        }
    }

    private func unknownTenant(_ exchange: GatewayExchange, _ response: HTTPResponse) -> DojotError {
        DojotError(
            .unknownTenant,
            "cannot \(exchange.purpose): the platform has no tenant \(ServerText.quoted(login.tenant))",
            status: response.status, serverWords: ServerMessage.words(in: response.body))
    }

    private func exchange(
        _ purpose: String, _ method: HTTPRequest.Method, _ path: String, content: [UInt8]? = nil
    ) -> GatewayExchange {
        let headers: HTTPHeaders = content == nil ? [:] : ["Content-Type": "application/x-www-form-urlencoded"]
        return GatewayExchange(
            purpose: purpose,
            // A second login does no harm where the answer to the first was lost.
            request: HTTPRequest(
                method, login.gateway.url(path), headers: headers, body: content, mayBeRepeated: true),
            http: transfer.http, deadline: transfer.deadline, retry: transfer.retry, onRetry: transfer.onRetry)
    }
}

/// Keycloak's configuration of a realm: `/auth/realms/REALM/.well-known/openid-configuration`.
struct KeycloakConfiguration: Decodable {
    let issuer: String
}
