import Dojot
import Foundation
import TestSupport
import Testing

/// The reason in an error response, as the user reads it.
@Suite struct ErrorBodyTests {
    private func refusal(_ status: Int, _ body: String) throws -> DojotError? {
        let server = try ScriptedServer([.json(body, status: status)])
        defer { server.stop() }
        return #expect(throws: DojotError.self) {
            try EJBCACertificateAuthority.behind(server).certificates(endEntity: "f60c28")
        }
    }

    @Test(
        "the reason is found in every shape that dojot's services use",
        arguments: [
            (#"{"message": "soap message: Wrong state.", "status": 400}"#, "Wrong state"),
            (#"{"error": "Operation not allowed."}"#, "Operation not allowed"),
            (
                #"{"error": "invalid_grant", "error_description": "Account is not fully set up"}"#,
                "invalid_grant: Account is not fully set up"
            ),
            (#"{"errors": {"label": ["Labels must contain letters."]}}"#, "label: Labels must contain letters"),
            (
                #"{"message": "failed to parse input", "errors": {"attrs": {"0": {"type": ["Not valid."]}}}}"#,
                "failed to parse input: attrs: 0: type: Not valid"
            ),
            (#"{"status": "some of the attributes", "attrs": ["nope", "no"]}"#, "some of the attributes: nope; no"),
            (
                #"{"title": "Invalid parameter", "description": "lastN must be a number."}"#,
                "Invalid parameter: lastN must be a number"
            ),
            (#"{"msg": "Not here"}"#, "Not here"),
            (#"{"exp": "token expired"}"#, "exp: token expired"),
            (
                #"{"schema$id": "x", "schemaErrors": [{"dataPath": ".csr", "message": "should match pattern"}]}"#,
                ".csr should match pattern"
            ),
            (
                #"{"error": "Input data schema validation failure.", "detail": {"schemaId": "https://x", "schemaErrors": "#
                    + #"[{"keyword": "pattern", "instancePath": "/belongsTo/device", "message": "must match"}]}}"#,
                "Input data schema validation failure: /belongsTo/device must match"
            ),
            (#"{"message": {"error": {"reason": "deep"}}}"#, "deep"),
            (#"{"message": 7}"#, "7"),
            (#"["one", {"message": "two"}, null, 3]"#, "one; two; 3"),
            (#""only a text""#, "only a text"),
            (#"{"status": 400}"#, nil),
            (#"{"message": null, "attrs": []}"#, nil),
            ("{}", nil), ("[]", nil), ("", nil),
            ("no JSON", "no JSON"),
        ] as [(String, String?)])
    func shapes(body: String, reason: String?) throws {
        #expect(try refusal(400, body)?.serverWords == reason)
    }

    @Test(
        "no secret of an error body is shown",
        arguments: [
            #"{"password": "n3ver", "user": {"passwd": "n3ver", "api_key": "n3ver"}}"#,
            #"{"message": "bad header Bearer eyJhbGciOiJIUzI1NiJ9.eyJzZXJ2aWNlIjoiYWRtaW4ifQ.n3ver-_9"}"#,
            #"{"access_token": "n3ver", "detail": {"jwt": "n3ver", "client_secret": "n3ver"}}"#,
            "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzZXJ2aWNlIjoiYWRtaW4ifQ.n3ver",
        ])
    func secrets(body: String) throws {
        let error = try #require(try refusal(400, body))
        #expect(!error.message.contains("n3ver"))
    }

    @Test("a reason is bounded, however large and deep its body is")
    func bounds() throws {
        let deep = String(repeating: #"{"message":"#, count: 200) + #""x""# + String(repeating: "}", count: 200)
        #expect(try refusal(400, deep)?.serverWords == nil)
        let long =
            #"{"errors": ["# + Array(repeating: #""aaaaaaaaaaaaaaaaaaaaaaaaaaa""#, count: 9000).joined(separator: ",")
            + "]}"
        #expect(try (refusal(400, long)?.serverWords?.count ?? 0) < 300)
    }

    @Test(
        "Kong's refusals of a token mean that a new login is needed, whatever their status",
        arguments: [
            (403, #"{"message": "Invalid signature"}"#, DojotError.Code.unauthorized),
            (401, #"{"message": "Invalid signature"}"#, .unauthorized),
            (401, #"{"exp": "token expired"}"#, .unauthorized),
            (403, #"{"exp": "token expired"}"#, .unauthorized),
            (403, #"{"message": "No credentials found for given 'iss'"}"#, .unauthorized),
            (401, #"{"message": "No mandatory 'iss' in claims"}"#, .unauthorized),
            (401, #"{"message": "Bad token; invalid JSON"}"#, .unauthorized),
            (403, #"{"message": "Invalid algorithm"}"#, .unauthorized),
            (403, #"{"message": "Could not find consumer for 'iss=abc'"}"#, .unauthorized),
            // pepkong refuses a user without the permission so.
            (403, "", .forbidden),
            (403, #"{"message": "AuthorizationError", "status": 403}"#, .forbidden),
            (400, #"{"message": "Invalid signature"}"#, .requestRefused),
        ])
    func tokens(status: Int, body: String, code: DojotError.Code) throws {
        let error = try refusal(status, body)
        #expect(error?.code == code)
        #expect(error?.message.contains("(the token is wrong or has expired)") == (code == .unauthorized))
    }
}
