import Dojot
import HTTP
import Testing

@Suite struct JSONWebTokenTests {
    @Test func tellsTenantUserAndTimes() throws {
        let text = TokenMaker.token(service: "acme", issuedAt: 1_700_000_000, life: 420)
        let token = try JSONWebToken(Secret(" \(text)\n"))
        #expect(token.secret.text == text)
        #expect(token.claims.service == "acme")
        #expect(token.claims.username == "admin")
        #expect(token.claims.issuedAt == 1_700_000_000)
        #expect(token.claims.expiresAt == 1_700_000_420)
    }

    @Test(arguments: [
        "{\"service\":\"admin\"}", "{\"service\":\"admin\",\"iat\":1.5,\"exp\":1e300}",
        // Within 64 bits, but not what is reckoned with it.
        "{\"service\":\"admin\",\"iat\":9.2e18,\"exp\":-9.2e18}", "{\"service\":\"é\"}",
    ])
    func whatIsNotThereIsNotMadeUp(payload: String) throws {
        // All three lengths of padding come by here; the last one's tenant is none.
        if payload.contains("é") {
            #expect(throws: DojotError.self) { try JSONWebToken(Secret(TokenMaker.token(payload))) }
        } else {
            let token = try JSONWebToken(Secret(TokenMaker.token(payload)))
            #expect(token.claims.username == nil)
            #expect(token.claims.issuedAt == nil)
            #expect(token.claims.expiresAt == nil)
        }
    }

    @Test(arguments: [
        "", "abc", "a.b", "a.b.c.d", "a b.c.d", "a.b\r\nX: y.c", "a.b=.c", "..", "a.!!!.c",
        TokenMaker.token("not json"), TokenMaker.token("{}"), TokenMaker.token("[]"),
        TokenMaker.token(#"{"service":1}"#), TokenMaker.token(#"{"username":"admin"}"#),
    ])
    func refusesWhatIsNone(text: String) {
        let error = #expect(throws: DojotError.self) { try JSONWebToken(Secret(text)) }
        #expect(error?.code == .invalidToken)
    }

    @Test(arguments: ["../admin", "", "a/b", "a:b"])
    func refusesATenantThatIsNoName(service: String) {
        let error = #expect(throws: DojotError.self) { try JSONWebToken(Secret(TokenMaker.token(service: service))) }
        #expect(error?.code == .invalidName)
    }

    @Test func sessionsKnowWhetherTheirTimeIsOver() throws {
        #expect(try Session(token: Secret(TokenMaker.token(issuedAt: 1_000_000_000))).isExpired)
        #expect(try !Session(token: Secret(TokenMaker.token(issuedAt: 4_000_000_000))).isExpired)
        #expect(try !Session(token: Secret(TokenMaker.token(#"{"service":"admin"}"#))).isExpired)
        #expect(try Session(token: Secret(TokenMaker.token(#"{"service":"admin"}"#))).expiry == nil)
        #expect(
            try Session(token: Secret(TokenMaker.token(#"{"service":"admin","exp":-9223372036854775808}"#))).expiry
                == nil)
    }
}
