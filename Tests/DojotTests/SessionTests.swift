import Foundation
import HTTP
import TestSupport
import Testing

@testable import Dojot

/// Logging in, with answers as each release and each thing in front of it gives them.
@Suite struct SessionTests {
    private static let quick = RetryPolicy(attempts: 2, base: 0.01, limit: 0.01)

    private func logIn(
        _ server: ScriptedServer, username: String = "admin", password: String = "s3cr3t"
    ) throws -> Session {
        try Session.logIn(
            gateway: Gateway("http://127.0.0.1:\(server.port)/"), username: username, password: Secret(password),
            http: HTTPClient(), deadline: Deadline(seconds: 10), retry: Self.quick)
    }

    @Test func asksAsTheApiSays() throws {
        let token = TokenMaker.token(service: "acme", issuedAt: 1_000_000_000, life: 420)
        let server = try ScriptedServer([.json(#"{"jwt": "\#(token)"}"#)])
        defer { server.stop() }
        let session = try logIn(server)
        #expect(session.token.secret.text == token)
        #expect(session.claims.service == "acme")
        let request = try #require(server.requests.first)
        #expect(request.method == "POST")
        #expect(request.target == "/auth")
        #expect(request.field("Content-Type") == "application/json")
        #expect(request.text == #"{"username": "admin", "passwd": "s3cr3t"}"#)
        // The token's clock is in 2001, ours is not: how long it holds is what counts.
        #expect(!session.isExpired)
        let remaining = try #require(session.expiry?.remaining)
        #expect(remaining > 415 && remaining <= 420)
    }

    @Test(arguments: [#"a"b\c"#, "tab\tline\nnul\u{0}bell\u{7}", "ünïcödé 🔑", "", #"","admin":true,""#])
    func anyPasswordArrivesAsItIs(password: String) throws {
        struct Content: Decodable, Equatable {
            let username: String
            let passwd: String
        }
        let server = try ScriptedServer([.json(#"{"jwt": "\#(TokenMaker.token())"}"#)])
        defer { server.stop() }
        _ = try logIn(server, username: password + "@", password: password)
        let body = try #require(server.requests.first?.body)
        let content = try JSONDecoder().decode(Content.self, from: Data(body))
        #expect(content == Content(username: password + "@", passwd: password))
    }

    struct Refusal: Sendable {
        let status: Int
        let body: String
        let code: DojotError.Code
        let message: String
    }

    @Test(arguments: [
        Refusal(
            status: 400, body: #"{"message": "missing username", "status": 400}"#, code: .requestRefused,
            message: "the gateway does not take the login (400 missing username)"),
        Refusal(
            status: 401, body: #"{"message": "not authorized", "status": 401}"#, code: .unauthorized,
            message: "unknown or inactive user (401 not authorized)"),
        Refusal(
            status: 403, body: #"{"message": "not authorized", "status": 403}"#, code: .forbidden,
            message: "wrong password (403 not authorized)"),
        Refusal(status: 403, body: "", code: .forbidden, message: "wrong password (403 Forbidden)"),
        Refusal(
            status: 500, body: #"{"message": "database", "status": 500}"#, code: .serverFailure,
            message: "the gateway answers 500 Internal Server Error: database"),
        Refusal(
            status: 404, body: #"{"message": "no Route matched with those values"}"#, code: .noRoute,
            message: "the gateway answers 404 Not Found: no Route matched with those values (it has no such route)"),
        Refusal(
            status: 502, body: "<html>\r\n<head><title>502 Bad Gateway</title></head><body>…</body></html>",
            code: .unavailable,
            message: "the gateway answers 502 Bad Gateway: an HTML page \"502 Bad Gateway\" (tried 2 times)"),
        Refusal(
            status: 503, body: #"{"message": "name resolution failed"}"#, code: .unavailable,
            message: "the gateway answers 503 Service Unavailable: name resolution failed (tried 2 times)"),
        Refusal(
            status: 429, body: #"{"message":"API rate limit exceeded"}"#, code: .rateLimited,
            message: "the gateway answers 429 Too Many Requests: API rate limit exceeded (tried 2 times)"),
        Refusal(
            status: 401, body: "{\"message\": \"\u{1B}[31mred\\u001b[0m\\r\\nsecond\\u202eline\"}", code: .unauthorized,
            message: "unknown or inactive user (401 {\"message\": \" [31mred\\u001b[0m\\r\\nsecond\\u202eline\"})"),
        Refusal(
            status: 403, body: #"{"message": "\u001b[31mred\u001b[0m\r\nsecond \u202eline"}"#, code: .forbidden,
            message: "wrong password (403 [31mred [0m second line)"),
        Refusal(
            status: 200, body: "<!DOCTYPE html><html><head><title>Welcome to nginx!</title></head></html>",
            code: .protocolViolation,
            message: "the answer is not what dojot's API says: an HTML page \"Welcome to nginx!\""),
        Refusal(
            status: 200, body: "", code: .protocolViolation, message: "the answer is not what dojot's API says: empty"),
        Refusal(
            status: 200, body: "jwt", code: .protocolViolation,
            message: "the answer is not what dojot's API says: no JSON"),
        Refusal(
            status: 200, body: #"{"token": "x"}"#, code: .protocolViolation,
            message: "the answer is not what dojot's API says: JSON of another shape"),
        Refusal(
            status: 200, body: #"{"jwt": "x"}"#, code: .protocolViolation,
            message: "the token is no JSON Web Token: it must have three parts in base64url"),
    ])
    func refusalsAreToldApart(refusal: Refusal) throws {
        let server = try ScriptedServer([.json(refusal.body, status: refusal.status)])
        defer { server.stop() }
        let error = #expect(throws: DojotError.self) { try logIn(server) }
        #expect(error?.code == refusal.code)
        #expect(
            error?.message
                == "cannot log in to http://127.0.0.1:\(server.port) as \"admin\": \(refusal.message)")
        #expect(error?.isLogin == true)
        #expect(error?.message.contains("s3cr3t") == false)
    }

    @Test func aRedirectIsShownNotFollowed() throws {
        let server = try ScriptedServer([.status(301, headers: [("Location", "https://dojot.example/auth")])])
        defer { server.stop() }
        let error = #expect(throws: DojotError.self) { try logIn(server) }
        #expect(error?.code == .protocolViolation)
        #expect(error?.message.hasSuffix("redirects to https://dojot.example/auth, which is not followed") == true)
        #expect(server.requests.count == 1)
    }

    /// Kong 0.11 sends no Retry-After: its periods are those of the clock.
    @Test(arguments: [
        ([("X-RateLimit-Limit-minute", "5"), ("X-RateLimit-Remaining-minute", "0")], "5 requests a minute", 46.0),
        (
            [
                ("X-RateLimit-Limit-Minute", "5"), ("X-RateLimit-Remaining-Minute", "3"),
                ("X-RateLimit-Limit-Hour", "40"), ("X-RateLimit-Remaining-Hour", "0"),
            ], "40 requests an hour", 1546
        ),
    ])
    func aReachedLimitIsNamed(headers: [(String, String)], limit: String, wait: Double) throws {
        let date = ("Date", "Tue, 01 Dec 2026 07:34:14 GMT")
        let server = try ScriptedServer([.status(429, headers: headers + [date])])
        defer { server.stop() }
        let error = #expect(throws: DojotError.self) { try logIn(server) }
        #expect(error?.code == .rateLimited && error?.retryAfter == wait)
        #expect(error?.message.contains("(it allows \(limit)") == true, "\(error?.message ?? "")")
    }

    @Test func aLongWaitIsToldNotWaited() throws {
        let server = try ScriptedServer([.status(503, headers: [("Retry-After", "120")])])
        defer { server.stop() }
        let error = #expect(throws: DojotError.self) { try logIn(server) }
        #expect(error?.code == .unavailable)
        #expect(error?.retryAfter == 120)
        #expect(error?.message.hasSuffix("answers 503 Service Unavailable (it asks to wait 120 s)") == true)
    }

    @Test func aLoginIsRepeatedWhereItsAnswerWasLost() throws {
        let server = try ScriptedServer([.reset, .json(#"{"jwt": "\#(TokenMaker.token())"}"#)])
        defer { server.stop() }
        _ = try logIn(server)
        #expect(server.requests.count == 2)
    }

    @Test func whatIsBelowHttpIsPassedOn() throws {
        let port = try FreePort.next()
        let error = #expect(throws: DojotError.self) {
            try Session.logIn(
                gateway: Gateway("http://127.0.0.1:\(port)"), username: "admin", password: Secret(""),
                http: HTTPClient(),
                deadline: Deadline(seconds: 5), retry: .never)
        }
        #expect(error?.code == .transport(.cannotConnect))
        #expect(error?.transport?.code == .cannotConnect)
        #expect(
            error?.message
                == "cannot log in to http://127.0.0.1:\(port) as \"admin\": "
                + "POST http://127.0.0.1:\(port)/auth: connection refused")
    }

    @Test(arguments: [
        (#"{"jwt":"a.b.c"}"#, "a.b.c"), ("{ \"x\" : [1] ,\n\"jwt\"\t: \"a.b.c\" }\n", "a.b.c"),
        (#"{"jwt":""}"#, ""), (#"{"jwt":"a.b.c"}}"#, nil), (#"{"jwt":"a.b.c""#, nil), (#"{"x":{"jwt":"a.b.c"}}"#, nil),
        (#"{"x":{"jwt":"a"},"jwt":"b"}"#, nil), (#"{"jwt":"a\n"}"#, nil), (#"{"jwt":1}"#, nil), (#"{"jwt""#, nil),
        (#"{"jwt":"#, nil), ("", nil), ("[]", nil), (#""jwt":"a""#, nil),
    ])
    func theAnswerOfALoginIsReadOrRefusedWhole(text: String, token: String?) {
        #expect(LoginAnswer.token(in: Array(text.utf8))?.text == token)
    }

    @Test func theContentOfALoginIsWiped() {
        let content = LoginContent.json(username: "admin", password: Secret("s3cr3t"))
        #expect(String(decoding: content, as: UTF8.self).contains("s3cr3t"))
        var request = HTTPRequest(.post, "http://localhost/auth", body: content)
        request.wipeBody()
        #expect(request.body == nil)
    }
}
