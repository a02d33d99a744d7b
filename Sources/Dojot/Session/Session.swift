public import HTTP

/// A login to the platform: a token, whose it is and how long it holds.
public struct Session: Sendable {
    /// The token that every route but the login wants.
    public let token: JSONWebToken
    /// When the token expires, on the monotonic clock, so that a wrong clock here does not matter; nil where the token
    /// does not tell.
    public let expiry: Deadline?

    /// What the token says of its user; its `service` is the tenant.
    public var claims: JSONWebToken.Claims { token.claims }
    /// Whether the token's time is over.
    public var isExpired: Bool { expiry?.hasPassed ?? false }

    /// A session with a token that was got elsewhere. How long it holds is reckoned by this machine's clock.
    ///
    /// - Throws: `DojotError` with `.invalidToken` or, for its tenant, `.invalidName`.
    public init(token secret: Secret) throws(DojotError) {
        let token = try JSONWebToken(secret)
        self.init(token, life: token.claims.expiresAt.map { Double($0 - HTTPDate.now()) })
    }

    private init(_ token: JSONWebToken, life: Double?) {
        self.token = token
        expiry = life.map(Deadline.init(seconds:))
    }

    /// Logs in: `POST /auth`.
    ///
    /// - Parameters:
    ///   - password: in UTF-8; the copy made here is wiped.
    ///   - deadline: the end of it all, with all repetitions.
    ///   - onRetry: told before each wait.
    /// - Throws: `DojotError`: `.unauthorized` for an unknown or inactive user, `.forbidden` for a wrong password,
    ///   `.requestRefused` for a user name or password that is missing, and what every route can throw.
    public static func logIn(
        gateway: Gateway, username: String, password: Secret, http: HTTPClient, deadline: Deadline,
        retry: RetryPolicy = .standard, onRetry: @escaping (RetryEvent) -> Void = { _ in }
    ) throws(DojotError) -> Session {
        do {
            return try exchangeForToken(
                gateway: gateway, username: username, password: password, http: http, deadline: deadline, retry: retry,
                onRetry: onRetry)
        } catch {
            var error = error
            error.isLogin = true
            throw error
        }
    }

    private static func exchangeForToken(
        gateway: Gateway, username: String, password: Secret, http: HTTPClient, deadline: Deadline,
        retry: RetryPolicy, onRetry: @escaping (RetryEvent) -> Void
    ) throws(DojotError) -> Session {
        var exchange = GatewayExchange(
            purpose: "log in to \(gateway) as \(ServerText.quoted(username))",
            // A second login does no harm where the answer to the first was lost.
            request: HTTPRequest(
                .post, gateway.url("/auth"), headers: ["Content-Type": "application/json"],
                body: LoginContent.json(username: username, password: password), mayBeRepeated: true),
            http: http, deadline: deadline, retry: retry, onRetry: onRetry, meaning: meaning)
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
        return Session(token, life: token.claims.life)
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
