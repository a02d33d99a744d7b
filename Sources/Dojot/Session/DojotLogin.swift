import HTTP

/// The login up to dojot 0.8: `POST /auth` (dojot/auth).
struct DojotLogin {
    let login: PlatformLogin
    let transfer: PlatformLogin.Transfer
    let services: PlatformServices

    /// Logs in as the user.
    func logIn() throws(DojotError) -> Session {
        guard case .user(let username, let password) = login.identity else {
            preconditionFailure("a client logs in at Keycloak only")
        }
        var exchange = GatewayExchange(
            purpose: "log in to \(login.gateway) as \(ServerText.quoted(username))",
            // A second login does no harm where the answer to the first was lost.
            request: HTTPRequest(
                .post, login.gateway.url("/auth"), headers: ["Content-Type": "application/json"],
                body: LoginContent.json(username: username, password: password), mayBeRepeated: true),
            http: transfer.http, deadline: transfer.deadline, retry: transfer.retry, onRetry: transfer.onRetry,
            meaning: Self.meaning)
        defer { exchange.request.wipeBody() }
        var response = try exchange.send()
        defer { response.wipeBody() }
        guard let secret = LoginAnswer.token(in: response.body) else {
            throw exchange.violation(
                "the answer is not what dojot's API says: \(ServerMessage.kind(of: response.body))", response)
        }
        let token: JSONWebToken
        do {
            token = try JSONWebToken(secret)
        } catch {
            throw exchange.violation(error.message)
        }
        return Session(token, life: token.claims.life, services: services)
    }

    private static func meaning(
        _ status: Int, _ words: String
    ) -> (code: DojotError.Code, reason: String)? {
        let said = words.isEmpty ? HTTPStatus.phrase(status) : "\(status) \(words)"
        switch status {
        case 400: return (.requestRefused, "the gateway does not take the login (\(said))")
        case 401: return (.unauthorized, "unknown or inactive user (\(said))")
        case 403: return (.forbidden, "wrong password (\(said))")
        default: return nil
        }
    }
}
