import Foundation
import TestSupport
import Testing

/// Keycloak's token endpoint on dojot 1.0.
@Suite struct TokenEndpointTests {
    private let folder: TemporaryFolder
    private let sandbox: RunningSandbox

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("s3cr3t-of-fleet\n", to: "secret")
        sandbox = try RunningSandbox.start([
            "--release", "1.0", "--enable-dev-test-cli", "--client", "fleet=\(folder.path)/secret",
            "--user", "Ann:\(TestSecrets.password)", "--user", "new:\(TestSecrets.password):temporary",
        ])
    }

    @Test func theClaimsAreKeycloaks() throws {
        let tokens = try sandbox.tokens()
        #expect(tokens.expiresIn == 300 && tokens.refreshExpiresIn == 1800 && tokens.tokenType == "Bearer")
        let token = try TokenParts(tokens.accessToken)
        #expect(token.header["alg"] as? String == "RS256")
        #expect(token.claims["iss"] as? String == "http://localhost:\(sandbox.gatewayPort)/auth/realms/admin")
        #expect(
            token.claims["preferred_username"] as? String == "ann" && token.claims["azp"] as? String == "dev-test-cli")
        let roles = (token.claims["realm_access"] as? [String: [String]])?["roles"] ?? []
        #expect(roles.contains("user") && roles.contains("admin"))
        #expect(token.claims["service"] == nil && token.claims["typ"] as? String == "Bearer")
        let times = [token.claims["exp"], token.claims["iat"]].map { $0 as? Int ?? 0 }
        #expect(times[0] - times[1] == 300)
        #expect(try sandbox.request("GET", "/device", token: tokens.accessToken).status == 200)
    }

    @Test func theAdministrationConsoleIsThere() throws {
        let pages = [("admin/console/", 200), ("admin/console", 302), ("other/console/", 404)]
        for (path, status) in pages {
            #expect(try sandbox.request("GET", "/auth/admin/\(path)").status == status, "\(path)")
        }
    }

    @Test func aUserNameIsAcceptedInAnyCase() throws {
        for name in ["ann", "ANN"] { #expect(try !sandbox.logIn(name).isEmpty) }
    }

    @Test func aClientLogsInWithItsSecretAndGetsNoRefreshToken() throws {
        let form = [("grant_type", "client_credentials"), ("client_id", "fleet"), ("client_secret", "s3cr3t-of-fleet")]
        let tokens = try sandbox.tokens(form)
        #expect(tokens.refreshToken == nil && tokens.refreshExpiresIn == 0 && tokens.sessionState == nil)
        let claims = try TokenParts(tokens.accessToken).claims
        #expect(
            claims["preferred_username"] as? String == "service-account-fleet" && claims["azp"] as? String == "fleet")
        #expect(try sandbox.request("GET", "/device", token: tokens.accessToken).status == 200)
        let basic = Data("fleet:s3cr3t-of-fleet".utf8).base64EncodedString()
        let answer = try sandbox.post(
            sandbox.tokenPath, form: [form[0]], headers: ["Authorization: Basic \(basic)"])
        #expect(answer.status == 200)
    }

    @Test func aRefreshTokenGivesNewTokensUntilTheLogout() throws {
        let first = try sandbox.tokens()
        let form = [
            ("grant_type", "refresh_token"), ("client_id", "dev-test-cli"),
            ("refresh_token", first.refreshToken ?? ""),
        ]
        let second = try sandbox.tokens(form)
        #expect(second.sessionState == first.sessionState && second.accessToken != first.accessToken)
        #expect(try sandbox.request("GET", "/device", token: second.accessToken).status == 200)
        let logout = sandbox.tokenPath.replacingOccurrences(of: "/token", with: "/logout")
        #expect(try sandbox.post(logout, form: Array(form.dropFirst())).status == 204)
        let answer = try sandbox.post(sandbox.tokenPath, form: form)
        #expect(answer.status == 400)
        #expect(answer.body == #"{"error":"invalid_grant","error_description":"Session not active"}"#)
    }

    @Test func errorsAreKeycloaks() throws {
        let user = [("username", "ann"), ("password", TestSecrets.password)]
        func password(_ client: String, _ user: [(String, String)]) -> [(String, String)] {
            [("grant_type", "password"), ("client_id", client)] + user
        }
        func credentials(_ client: String, _ secret: String?) -> [(String, String)] {
            [("grant_type", "client_credentials"), ("client_id", client)]
                + (secret.map { [("client_secret", $0)] } ?? [])
        }
        let refresh = [("grant_type", "refresh_token"), ("client_id", "dev-test-cli")]
        let own = try sandbox.tokens().refreshToken ?? ""
        let table: [(form: [(String, String)], status: Int, error: String, description: String)] = [
            ([], 400, "invalid_request", "Missing form parameter: grant_type"),
            ([("grant_type", "magic")], 400, "unsupported_grant_type", "Unsupported grant_type"),
            ([("grant_type", "password")], 401, "invalid_client", "Invalid client credentials"),
            (password("nobody", user), 401, "invalid_client", "Invalid client credentials"),
            (password("admin-cli", user), 400, "unauthorized_client", "Invalid client credentials"),
            (password("gui", user), 400, "unauthorized_client", "Client not allowed for direct access grants"),
            (password("dev-test-cli", []), 401, "invalid_request", "Missing parameter: username"),
            (password("dev-test-cli", [user[0]]), 401, "invalid_grant", "Invalid user credentials"),
            (
                password("dev-test-cli", [user[0], ("password", "wrong")]), 401, "invalid_grant",
                "Invalid user credentials"
            ),
            (
                password("dev-test-cli", [("username", "nobody"), user[1]]), 401, "invalid_grant",
                "Invalid user credentials"
            ),
            (
                password("dev-test-cli", [("username", "new"), user[1]]), 400, "invalid_grant",
                "Account is not fully set up"
            ),
            (password("dev-test-cli", user + user), 400, "invalid_request", "duplicated parameter"),
            (
                credentials("gui", nil), 401, "unauthorized_client",
                "Public client not allowed to retrieve service account"
            ),
            (credentials("fleet", nil), 401, "unauthorized_client", "Client secret not provided in request"),
            (credentials("fleet", "wrong"), 401, "unauthorized_client", "Invalid client secret"),
            (refresh, 400, "invalid_request", "No refresh token"),
            (refresh + [("refresh_token", "x.y.z")], 400, "invalid_grant", "Invalid refresh token"),
            (refresh + [("refresh_token", own + "x")], 400, "invalid_grant", "Invalid refresh token"),
            (
                [refresh[0], ("client_id", "gui"), ("refresh_token", own)], 400, "invalid_grant",
                "Invalid refresh token. Token client and authorized client don't match"
            ),
        ]
        for row in table {
            let answer = try sandbox.post(sandbox.tokenPath, form: row.form)
            let body = #"{"error":"\#(row.error)","error_description":"\#(row.description)"}"#
            #expect(answer.status == row.status && answer.body == body, "\(row.form): \(answer)")
        }
        let json = try sandbox.request("POST", sandbox.tokenPath, json: "{}")
        #expect(json.status == 415 && json.body.contains("Cannot consume content type"))
        #expect(try sandbox.request("GET", sandbox.tokenPath).status == 405)
        let elsewhere = try sandbox.post("/auth/realms/acme/protocol/openid-connect/token", form: [])
        #expect(elsewhere.status == 404 && elsewhere.body == #"{"error":"Realm does not exist"}"#)
    }

    @Test func aRefreshTokenExpires() throws {
        let rule = #"{"rule": "POST /auth/* token-life=0 refresh-life=0 count=1"}"#
        #expect(try sandbox.request("POST", "/_sandbox/faults", json: rule).status == 200)
        let tokens = try sandbox.tokens()
        let form = [
            ("grant_type", "refresh_token"), ("client_id", "dev-test-cli"),
            ("refresh_token", tokens.refreshToken ?? ""),
        ]
        let answer = try sandbox.post(sandbox.tokenPath, form: form)
        #expect(answer.status == 400)
        #expect(answer.body == #"{"error":"invalid_grant","error_description":"Token is not active"}"#)
    }

    @Test func theSignatureIsThatOfThePublishedKey() throws {
        let token = try TokenParts(sandbox.tokens().accessToken)
        struct Summary: Decodable {
            let publicKey: String
            enum CodingKeys: String, CodingKey { case publicKey = "public_key" }
        }
        let answer = try sandbox.request("GET", "/auth/realms/admin")
        let key = try JSONDecoder().decode(Summary.self, from: Data(answer.body.utf8)).publicKey
        let lines = "-----BEGIN PUBLIC KEY-----\n\(key)\n-----END PUBLIC KEY-----\n"
        try folder.write(lines, to: "key.pem")
        try token.signature.write(to: URL(fileURLWithPath: folder.path + "/signature"))
        try folder.write(token.content, to: "content")
        let outcome = try Child.run(
            "/usr/bin/openssl", ["dgst", "-sha256", "-verify", "key.pem", "-signature", "signature", "content"],
            in: folder.path)
        #expect(outcome.stdout == "Verified OK\n", "\(outcome)")
        struct Keys: Decodable {
            struct Key: Decodable { let kid, kty, alg, n, e: String }
            let keys: [Key]
        }
        let certs = try sandbox.request("GET", "/auth/realms/admin/protocol/openid-connect/certs")
        let shown = try #require(try JSONDecoder().decode(Keys.self, from: Data(certs.body.utf8)).keys.first)
        #expect(shown.kid == token.header["kid"] as? String && shown.e == "AQAB")
        let modulus = try Child.run(
            "/usr/bin/openssl", ["rsa", "-pubin", "-in", "key.pem", "-noout", "-modulus"], in: folder.path)
        let hex = try TokenParts.decode(shown.n).map { String(format: "%02X", $0) }.joined()
        #expect(modulus.stdout == "Modulus=\(hex)\n")
    }

    @Test func theConfigurationNamesTheEndpoints() throws {
        let answer = try sandbox.request("GET", "/auth/realms/admin/.well-known/openid-configuration")
        #expect(answer.status == 200)
        #expect(answer.body.contains("http://localhost:\(sandbox.gatewayPort)\(sandbox.tokenPath)"))
        #expect(try sandbox.request("GET", "/auth/realms/acme/.well-known/openid-configuration").status == 404)
        let old = try RunningSandbox.start(["--release", "0.8"])
        #expect(try old.request("GET", "/auth/realms/admin/.well-known/openid-configuration").status == 404)
        #expect(try sandbox.request("POST", "/auth", json: "{}").status == 404)
        #expect(try sandbox.request("GET", "/history/device/f60c28/history", token: sandbox.logIn()).status == 404)
    }

    @Test func theTestClientIsDisabledUnlessAskedFor() throws {
        let sandbox = try RunningSandbox.start(["--release", "1.0"])
        let answer = try sandbox.post(
            sandbox.tokenPath,
            form: [
                ("grant_type", "password"), ("client_id", "dev-test-cli"), ("username", sandbox.ready.username),
                ("password", sandbox.ready.password),
            ])
        #expect(answer.status == 400 && answer.body.contains("unauthorized_client"))
    }

    @Test func clientsNeedARelease() throws {
        let program = Programs.path("dojot-sandbox")
        for words in [["--enable-dev-test-cli"], ["--client", "fleet=\(folder.path)/secret"]] {
            let outcome = try Child.run(program, words + ["--port", "0", "--mqtt-port", "0"])
            #expect(outcome.status == 64 && outcome.stderr.contains("add --release 1.0"), "\(outcome)")
        }
        let missing = try Child.run(
            program, ["--release", "1.0", "--client", "fleet=/nowhere", "--port", "0", "--mqtt-port", "0"])
        #expect(missing.status == 74 && missing.stderr.contains("there is no file /nowhere"), "\(missing)")
    }
}
