import Foundation
import TestSupport
import Testing

/// How the gateway of each release refuses a request for its token: Kong's plugin `jwt` up to 0.8, `jwt-keycloak` on 1.0.
@Suite struct GatewayTokenTests {
    private struct Row {
        let name: String
        let token: String?
        let status: Int
        let body: String

        init(_ name: String, _ token: String?, _ status: Int, _ body: String) {
            self.name = name
            self.token = token
            self.status = status
            self.body = body
        }
    }

    private func check(_ rows: [Row], on sandbox: RunningSandbox) throws {
        for row in rows {
            let answer = try sandbox.request("GET", "/device", token: row.token)
            #expect(answer.status == row.status && answer.body == row.body, "\(row.name): \(answer)")
        }
    }

    /// A token with other header fields and claims, and the signature that it had.
    private func changed(_ token: String, _ header: [String: Any], _ claims: [String: Any]) throws -> String {
        let parts = try TokenParts(token)
        return try TokenParts.text(
            parts.header.merging(header) { $1 }, parts.claims.merging(claims) { $1 }, signature: parts.signature)
    }

    private func malformed(_ own: String) throws -> [Row] {
        let parts = own.split(separator: ".").map(String.init)
        return [
            Row("no token", nil, 401, #"{"message":"Unauthorized"}"#),
            Row("no JSON", "x.y.z", 401, #"{"message":"Bad token; invalid JSON"}"#),
            Row("two parts", parts[0] + "." + parts[1], 401, #"{"message":"Bad token; invalid JSON"}"#),
            Row("no algorithm", try changed(own, ["alg": "none"], [:]), 401, #"{"message":"Bad token; invalid alg"}"#),
            Row("broken signature", own + "!", 401, #"{"message":"Bad token; invalid signature"}"#),
        ]
    }

    @Test(arguments: [("0.4", 403), ("0.6", 401), ("0.8", 401)])
    func theJWTPluginRefuses(release: String, refused: Int) throws {
        let sandbox = try RunningSandbox.start(["--release", release])
        let own = try sandbox.logIn()
        try check(try malformed(own), on: sandbox)
        var parts = try TokenParts(own)
        parts.claims["iss"] = nil
        let anonymous = try TokenParts.text(parts.header, parts.claims)
        try check(
            [
                Row("no issuer", anonymous, 401, #"{"message":"No mandatory 'iss' in claims"}"#),
                Row(
                    "another issuer", try changed(own, [:], ["iss": "someone"]), refused,
                    #"{"message":"No credentials found for given 'iss'"}"#),
                Row(
                    "another algorithm", try changed(own, ["alg": "RS256"], [:]), refused,
                    #"{"message":"Invalid algorithm"}"#),
                Row(
                    "another user", try changed(own, [:], ["username": "root"]), refused,
                    #"{"message":"Invalid signature"}"#),
            ], on: sandbox)
        let rule = #"{"rule": "POST /auth token-life=0 count=1"}"#
        #expect(try sandbox.request("POST", "/_sandbox/faults", json: rule).status == 200)
        try check([Row("expired", try sandbox.logIn(), 401, #"{"exp":"token expired"}"#)], on: sandbox)
        #expect(try sandbox.request("GET", "/device?jwt=\(own)").status == 200)
    }

    @Test func theKeycloakPluginRefuses() throws {
        let sandbox = try RunningSandbox.start(["--release", "1.0", "--enable-dev-test-cli"])
        let own = try sandbox.logIn()
        try check(try malformed(own), on: sandbox)
        let base = "http://localhost:\(sandbox.gatewayPort)/auth/realms/"
        try check(
            [
                Row(
                    "another algorithm", try changed(own, ["alg": "HS256"], [:]), 403,
                    #"{"message":"Invalid algorithm"}"#),
                Row(
                    "another issuer", try changed(own, [:], ["iss": "http://example.com/auth/realms/admin"]), 401,
                    #"{"message":"Token issuer not allowed"}"#),
                Row(
                    "another realm", try changed(own, [:], ["iss": base + "acme"]), 403,
                    #"{"message":"Unable to get public key for issuer"}"#),
                Row(
                    "another user", try changed(own, [:], ["sub": "0"]), 401, #"{"message":"Invalid token signature"}"#),
                Row(
                    "expired", try changed(own, [:], ["exp": 1]), 401,
                    #"{"message":"Token claims invalid: [\"exp\"]=\"token expired\""}"#),
            ], on: sandbox)
    }

    @Test func whoLacksAPermissionIsDenied() throws {
        let users = ["--user", "admin:\(TestSecrets.password)", "--user", "bo:\(TestSecrets.password):nosign"]
        let json = #"{"csr": ""}"#
        let old = try RunningSandbox.start(["--release", "0.8"] + users)
        let first = try old.request(
            "POST", "/x509/v1/certificates", json: json, token: old.logIn("bo", TestSecrets.password))
        #expect(first.status == 403 && first.body.isEmpty, "\(first)")
        let new = try RunningSandbox.start(["--release", "1.0", "--enable-dev-test-cli"] + users)
        let second = try new.request(
            "POST", "/x509/v1/certificates", json: json, token: new.logIn("bo", TestSecrets.password))
        #expect(second.status == 403)
        #expect(second.body == #"{"error":"access_denied","error_description":"not_authorized"}"#)
    }

    @Test func pathsWithoutARouteAreAnsweredByTheirService() throws {
        for (release, reason) in [
            ("0.4", "no API found with those values"), ("1.0", "no Route matched with those values"),
        ] {
            let words = ["--release", release] + (release == "1.0" ? ["--enable-dev-test-cli"] : [])
            let sandbox = try RunningSandbox.start(words)
            let nowhere = try sandbox.request("GET", "/nowhere")
            #expect(nowhere.status == 404 && nowhere.body == #"{"message":"\#(reason)"}"#)
            #expect(try sandbox.request("GET", "/device/f60c28/nothing").status == 401)
            let token = try sandbox.logIn()
            let page = try sandbox.request("GET", "/device/f60c28/nothing", token: token)
            #expect(page.status == 404 && page.body.contains("<title>404 Not Found</title>"))
            #expect(try sandbox.request("PATCH", "/device/f60c28", token: token).status == 405)
        }
        let sandbox = try RunningSandbox.start(["--release", "0.8"])
        let answer = try sandbox.request("GET", "/x509/v1/nothing", token: sandbox.logIn())
        #expect(answer.status == 404 && answer.body == #"{"error":"Not Found"}"#)
    }
}
