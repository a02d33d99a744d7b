import HTTP
import TestSupport
import Testing

@testable import Dojot

/// Logging in at Keycloak, with the answers of Keycloak 12 to 16.
@Suite struct KeycloakLoginTests {
    private static let quick = RetryPolicy(attempts: 2, base: 0.01, limit: 0.01)
    private static let configuration = #"{"issuer": "http://localhost:8000/auth/realms/admin"}"#

    static func answer(
        realm: String = "admin", user: String = "admin", refresh: String? = "r.e.f", life: Int = 300
    ) -> String {
        let token = TokenMaker.keycloak(realm: realm, user: user)
        let tail =
            refresh.map { #","refresh_expires_in":1800,"refresh_token":"\#($0)""# } ?? #","refresh_expires_in":0"#
        return #"{"access_token":"\#(token)","expires_in":\#(life)\#(tail),"token_type":"bearer","#
            + #""not-before-policy":0,"scope":"profile email"}"#
    }

    private func login(
        _ server: ScriptedServer, as identity: PlatformLogin.Identity? = nil,
        by method: PlatformLogin.Method = .keycloak,
        tenant: String? = nil, clientID: String? = nil, secret: String? = nil
    ) throws -> PlatformLogin {
        try PlatformLogin(
            at: Gateway("http://127.0.0.1:\(server.port)"),
            as: identity ?? .user(name: "admin", password: Secret("p&=+ä s3cr3t")), by: method, tenant: tenant,
            clientID: clientID, clientSecret: secret.map { Secret($0) })
    }

    private func logIn(_ login: PlatformLogin) throws -> Session {
        try login.logIn(over: HTTPClient(), deadline: Deadline(seconds: 10), retry: Self.quick)
    }

    private func renew(_ login: PlatformLogin, _ session: Session) throws -> Session {
        try login.renew(session, over: HTTPClient(), deadline: Deadline(seconds: 10), retry: Self.quick)
    }

    @Test func logsInAUserByThePasswordGrant() throws {
        let server = try ScriptedServer([.json(Self.answer(realm: "acme", user: "ann"))])
        defer { server.stop() }
        let session = try logIn(login(server, tenant: "acme"))
        #expect(session.claims.service == "acme")
        #expect(session.claims.username == "ann")
        #expect(session.claims.clientID == "dev-test-cli")
        #expect(session.claims.isKeycloak)
        let remaining = try #require(session.expiry?.remaining)
        #expect(remaining > 290 && remaining <= 300)
        let request = try #require(server.requests.first)
        #expect(request.method == "POST")
        #expect(request.target == "/auth/realms/acme/protocol/openid-connect/token")
        #expect(request.field("Content-Type") == "application/x-www-form-urlencoded")
        #expect(
            request.text
                == "grant_type=password&client_id=dev-test-cli&username=admin&password=p%26%3D%2B%C3%A4%20s3cr3t")
        #expect(server.requests.count == 1)
    }

    @Test func logsInAMachineByClientCredentials() throws {
        let server = try ScriptedServer([.json(Self.answer(user: "service-account-meter", refresh: nil))])
        defer { server.stop() }
        let login = try login(server, as: .client, by: .auto, clientID: "meter", secret: "x&y")
        let session = try logIn(login)
        #expect(session.claims.username == "service-account-meter")
        _ = try renew(login, session)
        // Without a refresh token the client logs in again.
        let texts = server.requests.map(\.text)
        #expect(
            texts == Array(repeating: "grant_type=client_credentials&client_id=meter&client_secret=x%26y", count: 2))
    }

    @Test func renewsByTheRefreshToken() throws {
        let server = try ScriptedServer([
            .json(Self.answer()), .json(Self.answer(refresh: "n.e.w")),
            .json(#"{"error":"invalid_grant","error_description":"Token is not active"}"#, status: 400),
            .json(Self.answer()),
        ])
        defer { server.stop() }
        let login = try login(server)
        let first = try logIn(login)
        let second = try renew(login, first)
        #expect(second.refreshToken?.secret.text == "n.e.w")
        // A refresh token that is no longer valid: the password is sent again.
        _ = try renew(login, second)
        #expect(
            server.requests.map(\.text).map { String($0.prefix(60)) } == [
                "grant_type=password&client_id=dev-test-cli&username=admin&pa",
                "grant_type=refresh_token&client_id=dev-test-cli&refresh_toke",
                "grant_type=refresh_token&client_id=dev-test-cli&refresh_toke",
                "grant_type=password&client_id=dev-test-cli&username=admin&pa",
            ])
    }

    @Test(arguments: [
        // The path without "/" at its end redirects (Keycloak 16), or has no such method.
        ScriptedServer.Answer.status(307, headers: [("Location", "http://localhost:8000/auth/")]),
        .json(#"{"error":"RESTEASY003650: No resource method found for POST"}"#, status: 405),
        .json(#"{"message":"no Route matched with those values"}"#, status: 404), .status(415),
        .status(200, "<html><title>Welcome to Keycloak</title></html>"),
    ])
    func detectsKeycloakWhereAuthIsNoLogin(answer: ScriptedServer.Answer) throws {
        let server = try ScriptedServer([answer, .json(Self.configuration), .json(Self.answer())])
        defer { server.stop() }
        let session = try logIn(login(server, by: .auto))
        #expect(session.claims.isKeycloak)
        #expect(
            server.requests.map { "\($0.method) \($0.target)" } == [
                "POST /auth", "GET /auth/realms/admin/.well-known/openid-configuration",
                "POST /auth/realms/admin/protocol/openid-connect/token",
            ])
        // A renewed session needs no detection.
        _ = try renew(login(server, by: .auto), session)
        #expect(server.requests.count == 4)
    }

    @Test func theLoginOfOldReleasesIsOneRequest() throws {
        let server = try ScriptedServer([.json(#"{"jwt": "\#(TokenMaker.token())"}"#)])
        defer { server.stop() }
        #expect(try !logIn(login(server, by: .auto)).claims.isKeycloak)
        #expect(server.requests.map(\.target) == ["/auth"])
    }

    @Test(arguments: [401, 403, 429, 503])
    func aRefusalOfTheOldLoginIsFinal(status: Int) throws {
        let server = try ScriptedServer([.json(#"{"message":"not authorized"}"#, status: status)])
        defer { server.stop() }
        #expect(throws: DojotError.self) { try logIn(login(server, by: .auto)) }
        #expect(server.requests.allSatisfy { $0.target == "/auth" })
    }

    @Test func thePasswordIsNotSentAgainWhereThereIsNoKeycloak() throws {
        let server = try ScriptedServer([.status(404, "<html></html>")])
        defer { server.stop() }
        let error = #expect(throws: DojotError.self) { try logIn(login(server, by: .auto)) }
        #expect(error?.code == .noRoute)
        #expect(server.requests.map(\.method) == ["POST", "GET"])
    }

    struct Refusal: Sendable {
        let status: Int
        let error: String
        let description: String
        let code: DojotError.Code
        let reason: String
        var secret: String?
        var isClient = false
    }

    @Test(arguments: [
        Refusal(
            status: 401, error: "invalid_grant", description: "Invalid user credentials", code: .forbidden,
            reason: "wrong user name or password"),
        Refusal(
            status: 400, error: "invalid_grant", description: "Account disabled", code: .unauthorized,
            reason: "the user is disabled"),
        Refusal(
            status: 400, error: "invalid_grant", description: "Account is not fully set up", code: .accountNotReady,
            reason: "the user must set up the account first, such as change the first password"),
        Refusal(
            status: 400, error: "unauthorized_client", description: "Client not allowed for direct access grants",
            code: .clientRefused, reason: #"the client "dev-test-cli" may not log in users with a password"#),
        Refusal(
            status: 401, error: "invalid_client", description: "Invalid client credentials", code: .clientRefused,
            reason: #"the client "dev-test-cli" is unknown or disabled"#),
        Refusal(
            status: 401, error: "unauthorized_client", description: "Invalid client or Invalid client credentials",
            code: .clientRefused, reason: #"the client "dev-test-cli" is unknown or disabled"#),
        Refusal(
            status: 400, error: "unauthorized_client", description: "Client secret not provided in request",
            code: .wrongClientSecret, reason: #"the client "dev-test-cli" needs a secret"#),
        Refusal(
            status: 401, error: "unauthorized_client", description: "Invalid client secret", code: .wrongClientSecret,
            reason: #"the secret of the client "dev-test-cli" is wrong"#, secret: "x", isClient: true),
        Refusal(
            status: 401, error: "unauthorized_client",
            description: "Client not enabled to retrieve service account", code: .noServiceAccount,
            reason: #"the client "dev-test-cli" has no service account"#, secret: "x", isClient: true),
        Refusal(
            status: 401, error: "invalid_client", description: "Invalid client credentials", code: .wrongClientSecret,
            reason: #"the client "dev-test-cli" is unknown or disabled, or its secret is wrong"#, secret: "x",
            isClient: true),
        Refusal(
            status: 403, error: "invalid_request", description: "HTTPS required", code: .requestRefused,
            reason: "the tenant wants HTTPS"),
        Refusal(
            status: 400, error: "odd", description: "\u{1B}[31m", code: .requestRefused,
            reason: "Keycloak refuses the login"),
    ])
    func refusalsAreToldApart(refusal: Refusal) throws {
        let description = refusal.description.replacing("\u{1B}", with: "\\u001b")
        let body = #"{"error":"\#(refusal.error)","error_description":"\#(description)"}"#
        let server = try ScriptedServer([.json(body, status: refusal.status)])
        defer { server.stop() }
        let login = try login(server, as: refusal.isClient ? .client : nil, secret: refusal.secret)
        let error = try #require(#expect(throws: DojotError.self) { try logIn(login) })
        #expect(error.code == refusal.code)
        #expect(error.isLogin)
        #expect(error.message.contains(": \(refusal.reason) (\(refusal.error): "))
        #expect(!error.message.contains("s3cr3t") && !error.message.contains("\u{1B}"))
        let page: String? =
            switch refusal.code {
            case .accountNotReady: server.url("/auth/realms/admin/account/")
            case .clientRefused, .noServiceAccount, .wrongClientSecret: server.url("/auth/admin/admin/console/")
            default: nil
            }
        #expect(error.page == page)
    }

    @Test(arguments: PlatformLogin.Method.allCases.filter { $0 != .dojot })
    func anUnknownTenantIsNamed(method: PlatformLogin.Method) throws {
        let server = try ScriptedServer([.json(#"{"error":"Realm does not exist"}"#, status: 404)])
        defer { server.stop() }
        let error = #expect(throws: DojotError.self) { try logIn(login(server, by: method, tenant: "nope")) }
        #expect(error?.code == .unknownTenant)
        #expect(error?.message.hasSuffix(#"the platform has no tenant "nope""#) == true)
    }

    @Test(arguments: [
        "", "{}", #"{"access_token":1}"#, #"{"access_token":"x"}"#, #"{"access_token":"a.b.c","refresh_token":2}"#,
    ])
    func anotherAnswerIsAViolation(body: String) throws {
        let server = try ScriptedServer([.json(body)])
        defer { server.stop() }
        #expect(throws: DojotError.self) { try logIn(login(server)) }
    }

    @Test func anotherIssuerIsNamed() throws {
        let server = try ScriptedServer([.json(#"{"message":"Token issuer not allowed"}"#, status: 401)])
        defer { server.stop() }
        let devices = DeviceManager(
            gateway: try Gateway(server.url("")), session: try Session(token: Secret(TokenMaker.keycloak())),
            http: HTTPClient(), timeout: 5)
        let error = #expect(throws: DojotError.self) { try devices.device(DeviceName("a1")) }
        #expect(error?.code == .issuerNotAllowed)
    }
}
