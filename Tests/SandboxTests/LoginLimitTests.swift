import TestSupport
import Testing

@testable import Sandbox

/// Kong's limit of logins (kong/plugins/rate-limiting/handler.lua, 0.11.0 and 2.2.1).
@Suite struct LoginLimitTests {
    /// Half past an hour, and 20 s.
    private let now = 1_700_000_000.0 - 1_700_000_000.0.truncatingRemainder(dividingBy: 3600) + 1820

    private func request(_ limit: LoginLimit, _ seconds: Double = 0) -> Response {
        limit.respond(at: now + seconds) { Response(status: 200) }
    }

    private func headers(_ response: Response) -> [String: String] {
        Dictionary(uniqueKeysWithValues: response.headers.map { ($0.name, $0.value) })
    }

    @Test func theSixthLoginOfAMinuteIsRefused() {
        let limit = LoginLimit(isOld: false)
        let first = headers(request(limit))
        #expect(first["X-RateLimit-Limit-Minute"] == "5" && first["X-RateLimit-Remaining-Minute"] == "4")
        #expect(first["X-RateLimit-Limit-Hour"] == "40" && first["X-RateLimit-Remaining-Hour"] == "39")
        #expect(first["RateLimit-Limit"] == "5" && first["RateLimit-Reset"] == "40" && first["Retry-After"] == nil)
        for _ in 0..<4 { #expect(request(limit).status == 200) }
        let refused = request(limit, 1)
        #expect(refused.status == 429)
        #expect(String(decoding: refused.body, as: UTF8.self) == "{\n  \"message\":\"API rate limit exceeded\"\n}")
        #expect(headers(refused)["Retry-After"] == "39" && headers(refused)["X-RateLimit-Remaining-Minute"] == "0")
        #expect(headers(refused)["X-RateLimit-Remaining-Hour"] == "35")
        #expect(request(limit, 40).status == 200)
    }

    @Test func theFortyFirstLoginOfAnHourIsRefused() {
        let limit = LoginLimit(isOld: false)
        for minute in 0..<8 { for _ in 0..<5 { #expect(request(limit, Double(minute * 60)).status == 200) } }
        let refused = request(limit, 480)
        #expect(refused.status == 429 && headers(refused)["X-RateLimit-Remaining-Hour"] == "0")
        #expect(headers(refused)["Retry-After"] == "\(1780 - 480)")
        #expect(request(limit, 1780).status == 200)
    }

    @Test func kongOf04NamesNoTimeToWait() {
        let limit = LoginLimit(isOld: true)
        for _ in 0..<5 { #expect(request(limit).status == 200) }
        let refused = request(limit)
        #expect(String(decoding: refused.body, as: UTF8.self) == #"{"message":"API rate limit exceeded"}"#)
        #expect(headers(refused)["X-RateLimit-Remaining-minute"] == "0" && headers(refused)["Retry-After"] == nil)
    }

    @Test(arguments: ["0.4", "0.8"])
    func theLoginSaysWhichLimitIsReachedAndWhenToTryAgain(release: String) throws {
        let sandbox = try RunningSandbox.start(["--release", release, "--login-limit"])
        var outcome: Outcome?
        // A minute may begin on the way.
        for _ in 0..<11 where (outcome?.status ?? 0) == 0 {
            outcome = try Child.run(
                Programs.path("dojot-device"), ["login", sandbox.ready.gateway, "--timeout", "1"],
                environment: sandbox.credentials)
        }
        let refused = try #require(outcome)
        #expect(refused.status == 75)
        #expect(refused.stderr.contains("API rate limit exceeded (it allows 5 requests a minute"), "\(refused.stderr)")
        #expect(refused.stderr.contains("hint: run it again in "), "\(refused.stderr)")
        // Without a limit any number of logins passes, and routes with a token have none.
        #expect(try sandbox.request("GET", "/auth/user").status != 429)
    }

    @Test func aReleaseWithoutTheLimitRefusesTheOption() throws {
        let outcome = try Child.run(
            Programs.path("dojot-sandbox"), ["--release", "1.0", "--login-limit", "--port", "0"])
        #expect(outcome.status == 64 && outcome.stderr.contains("does not limit logins"))
    }
}
