import Foundation
import TestSupport
import Testing

/// The commands with dojot 1.0's login, against answers in the form of Keycloak 16, Kong, the device manager and the retriever.
@Suite("with Keycloak's login")
struct KeycloakCommandTests {
    static let redirect = ScriptedServer.Answer.status(307, headers: [("Location", "http://localhost:8000/auth/")])
    static let configuration = ScriptedServer.Answer.json(#"{"issuer":"http://localhost:8000/auth/realms/admin"}"#)

    static func token(realm: String = "admin", life: Int = 300, number: Int = 1) -> String {
        let now = Int(Date().timeIntervalSince1970)
        let claims =
            #"{"exp":\#(now + life),"iat":\#(now),"jti":"\#(number)","azp":"dev-test-cli","preferred_username":"ann","#
            + #""iss":"http://localhost:8000/auth/realms/\#(realm)"}"#
        return [#"{"alg":"RS256"}"#, claims, "signature"].map(base64url).joined(separator: ".")
    }

    static func tokens(of realm: String = "admin", life: Int = 300, number: Int = 1) -> ScriptedServer.Answer {
        .json(
            #"{"access_token":"\#(token(realm: realm, life: life, number: number))","expires_in":\#(life),"refresh_expires_in":1800,"#
                + #""refresh_token":"r.\#(number).x","token_type":"Bearer"}"#)
    }

    static func refusal(_ error: String, _ description: String, _ status: Int) -> ScriptedServer.Answer {
        .json(#"{"error":"\#(error)","error_description":"\#(description)"}"#, status: status)
    }

    private static func base64url(_ text: String) -> String {
        Data(text.utf8).base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
    }

    private static let user = ["DOJOT_USERNAME": "ann", "DOJOT_PASSWORD": "a password"]

    private func run(
        _ arguments: String, _ server: ScriptedServer, environment: [String: String] = user,
        files: [String: String] = [:]
    ) throws -> Outcome {
        let folder = try TemporaryFolder()
        for (name, content) in files { _ = try folder.write(content, to: name) }
        let words = arguments.split(separator: " ").map { $0 == "URL" ? server.url("") : String($0) }
        return try Child.run(
            Programs.path("dojot-device"), words, environment: environment, in: folder.path)
    }

    @Test("login prints the access token, after the login of older releases was not there")
    func detected() throws {
        let server = try ScriptedServer([Self.redirect, Self.configuration, Self.tokens()])
        defer { server.stop() }
        let outcome = try run("login URL", server)
        #expect(outcome.status == 0, "\(outcome.stderr)")
        #expect(outcome.stdout.hasSuffix(".c2lnbmF0dXJl\n"))
        #expect(outcome.stderr.hasPrefix("logged in as ann, tenant admin"))
        #expect(server.requests.map(\.target).first == "/auth")
    }

    struct Login: Sendable, CustomTestStringConvertible {
        let arguments: String
        var environment: [String: String] = KeycloakCommandTests.user
        let target: String
        let body: String
        var testDescription: String { arguments }
    }

    @Test(
        "login sends what the options say in one request",
        arguments: [
            Login(
                arguments: "login URL --auth keycloak --tenant acme", target: "acme",
                body: "grant_type=password&client_id=dev-test-cli&username=ann&password=a%20password"),
            Login(
                arguments: "login URL --client-id cli", target: "admin",
                body: "grant_type=password&client_id=cli&username=ann&password=a%20password"),
            Login(
                arguments: "login URL --client-id meter --client-secret-file secret", environment: [:], target: "admin",
                body: "grant_type=client_credentials&client_id=meter&client_secret=s%2Bt"),
            Login(
                arguments: "login URL",
                environment: [
                    "DOJOT_CLIENT_ID": "meter", "DOJOT_CLIENT_SECRET_FILE": "secret", "DOJOT_TENANT": "acme",
                    "DOJOT_TOKEN": "not.used.here",
                ], target: "acme", body: "grant_type=client_credentials&client_id=meter&client_secret=s%2Bt"),
            Login(
                arguments: "login URL --client-id meter --client-secret-file secret --username ann",
                environment: ["DOJOT_PASSWORD": "a password"], target: "admin",
                body:
                    "grant_type=password&client_id=meter&client_secret=s%2Bt&username=ann&password=a%20password"),
        ])
    func sent(login: Login) throws {
        let server = try ScriptedServer([Self.tokens(of: login.target)])
        defer { server.stop() }
        let outcome = try run(login.arguments, server, environment: login.environment, files: ["secret": "s+t\n"])
        #expect(outcome.status == 0, "\(outcome.stderr)")
        #expect(server.requests.map(\.target) == ["/auth/realms/\(login.target)/protocol/openid-connect/token"])
        #expect(server.requests.first?.text == login.body)
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let answer: ScriptedServer.Answer
        var arguments = ""
        let status: Int32
        let message: String
        let hint: String
        var testDescription: String { message }
    }

    @Test(
        "login names the cause of a refusal and what to do",
        arguments: [
            Refused(
                answer: refusal("invalid_grant", "Invalid user credentials", 401), status: 77,
                message: "wrong user name or password", hint: "see whether --username and the password are those of"),
            Refused(
                answer: refusal("invalid_grant", "Account is not fully set up", 400), status: 77,
                message: "such as change the first password",
                hint: "log in once on the web page and choose a new password there: URL/auth/realms/admin/account/"),
            Refused(
                answer: refusal("unauthorized_client", "Invalid client credentials", 400), status: 77,
                message: #"the client "dev-test-cli" is unknown or disabled"#,
                hint: "one client for this, dev-test-cli, which an administrator must enable first at "
                    + "URL/auth/admin/admin/console/; name another one with --client-id"),
            Refused(
                answer: refusal("unauthorized_client", "Client not allowed for direct access grants", 400),
                arguments: " --client-id gui", status: 77, message: #"the client "gui" may not log in users"#,
                hint: "name another one with --client-id"),
            Refused(
                answer: refusal("unauthorized_client", "Client secret not provided in request", 401),
                arguments: " --client-id kong", status: 77, message: #"the client "kong" needs a secret"#,
                hint: "give the secret that the client has at URL/auth/admin/admin/console/ with --client-secret-file"),
            Refused(
                answer: .json(#"{"error":"Realm does not exist"}"#, status: 404), arguments: " --tenant nope",
                status: 65, message: #"the platform has no tenant "nope""#, hint: "name the user's tenant with --tenant"
            ),
        ])
    func refused(row: Refused) throws {
        let server = try ScriptedServer([row.answer])
        defer { server.stop() }
        let outcome = try run("login URL --auth keycloak\(row.arguments)", server)
        #expect(outcome.status == row.status)
        #expect(outcome.stderr.contains(row.message), "\(outcome.stderr)")
        let hint = row.hint.replacingOccurrences(of: "URL", with: server.url(""))
        #expect(outcome.stderr.contains("hint: ") && outcome.stderr.contains(hint), "\(outcome.stderr)")
    }

    @Test("a token of Keycloak's is accepted, and a disabled device is shown as such")
    func disabled() throws {
        let server = try ScriptedServer([.json(#"{"id":"f60c28","label":"boiler","templates":[1],"disabled":true}"#)])
        defer { server.stop() }
        let outcome = try run(
            "device show f60c28 --gateway URL", server, environment: ["DOJOT_TOKEN": Self.token()])
        #expect(
            outcome.stdout == "f60c28  boiler, template 1, disabled: the platform discards what it publishes\n",
            "\(outcome.stderr)")
    }

    @Test("device history reads /tss")
    func history() throws {
        let server = try ScriptedServer([
            .json(#"{"data":[{"ts":"2026-11-30T10:00:00.000Z","value":21.5}],"paging":{"next":null}}"#)
        ])
        defer { server.stop() }
        let outcome = try run(
            "device history f60c28 temperature --gateway URL", server, environment: ["DOJOT_TOKEN": Self.token()])
        #expect(outcome.stdout.contains("2026-11-30T10:00:00.000Z  temperature  21.5"), "\(outcome)")
        #expect(
            server.requests.map(\.target) == ["/tss/v1/devices/f60c28/attrs/temperature/data?order=desc&limit=10"])
    }

    @Test("a token for another name of the platform is refused with the way out")
    func issuer() throws {
        let server = try ScriptedServer([.json(#"{"message":"Token issuer not allowed"}"#, status: 401)])
        defer { server.stop() }
        let outcome = try run("device list --gateway URL", server, environment: ["DOJOT_TOKEN": Self.token()])
        #expect(outcome.status == 77)
        #expect(outcome.stderr.contains("Token issuer not allowed"), "\(outcome.stderr)")
        #expect(
            outcome.stderr.contains("hint: give the gateway's URL with the name that dojot was installed with"),
            "\(outcome.stderr)")
    }

    @Test("diagnose names the release without a login")
    func release() throws {
        let unauthorized = ScriptedServer.Answer.json(#"{"message":"Unauthorized"}"#, status: 401)
        let noRoute = ScriptedServer.Answer.json(#"{"message":"no Route matched with those values"}"#, status: 404)
        let server = try ScriptedServer([
            unauthorized, noRoute, unauthorized, noRoute, Self.configuration,
        ])
        defer { server.stop() }
        let outcome = try run("diagnose URL", server, environment: ["LC_ALL": "C"])
        #expect(
            outcome.stdout.contains(
                "gateway  \(server.url("")) answers, dojot 1.0: the gateway has /x509 and Keycloak, but no /history\n"),
            "\(outcome)")
    }
}
