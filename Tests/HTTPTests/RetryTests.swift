import Foundation
import TestSupport
import Testing

@testable import HTTP

/// When a request is sent again.
@Suite struct RetryTests {
    private static let quick = RetryPolicy(attempts: 4, base: 0.02, limit: 0.05)

    @Test(arguments: [429, 502, 503, 504])
    func statusesThatMayGoAwayAreTriedFourTimes(status: Int) throws {
        let server = try ScriptedServer([.status(status)])
        defer { server.stop() }
        var events: [RetryEvent] = []
        let response = try HTTPClient().send(
            HTTPRequest(.post, server.url("/sign")), deadline: Deadline(seconds: 10), retry: Self.quick
        ) { events.append($0) }
        #expect(response.status == status)
        #expect(response.attempts == 4)
        #expect(server.requests.count == 4)
        #expect(events.map(\.attempt) == [1, 2, 3])
        #expect(events.allSatisfy { $0.reason.hasPrefix("\(status) ") && $0.attempts == 4 && $0.wait <= 0.05 })
    }

    @Test(arguments: [200, 201, 204, 301, 400, 401, 403, 404, 500, 501])
    func otherStatusesAreNot(status: Int) throws {
        let server = try ScriptedServer([.status(status)])
        defer { server.stop() }
        let response = try HTTPClient().send(
            HTTPRequest(.get, server.url()), deadline: Deadline(seconds: 10), retry: Self.quick)
        #expect(response.status == status)
        #expect(server.requests.count == 1)
    }

    @Test func theFirstGoodAnswerEndsIt() throws {
        let server = try ScriptedServer([.status(503), .status(502), .status(200, "ok")])
        defer { server.stop() }
        let response = try HTTPClient().send(
            HTTPRequest(.get, server.url()), deadline: Deadline(seconds: 10), retry: Self.quick)
        #expect(response.status == 200)
        #expect(response.attempts == 3)
    }

    @Test(arguments: [false, true])
    func retryAfterIsObeyed(asDate: Bool) throws {
        // A date is taken against the server's own clock, which may be years off ours.
        let wait: [(String, String)] =
            asDate
            ? [("Date", "Sun, 06 Nov 1994 08:49:37 GMT"), ("Retry-After", "Sun, 06 Nov 1994 08:49:38 GMT")]
            : [("Retry-After", "1")]
        let server = try ScriptedServer([.status(429, headers: wait), .status(200)])
        defer { server.stop() }
        let response = try HTTPClient().send(
            HTTPRequest(.get, server.url()), deadline: Deadline(seconds: 10), retry: Self.quick)
        #expect(response.status == 200)
        let times = server.requests.map(\.time)
        #expect(times.count == 2)
        #expect(times[1] - times[0] >= 1)
        #expect(times[1] - times[0] < 3)
    }

    @Test(arguments: ["3600", "99999999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"])
    func aWaitBeyondTheDeadlineFailsAtOnce(retryAfter: String) throws {
        let server = try ScriptedServer([.status(503, "busy", headers: [("Retry-After", retryAfter)])])
        defer { server.stop() }
        let start = Deadline(seconds: 30)
        let response = try HTTPClient().send(HTTPRequest(.get, server.url()), deadline: start)
        #expect(response.status == 503)
        #expect(response.body == Array("busy".utf8))
        #expect((response.retryAfter ?? 0) >= 3600)
        #expect(server.requests.count == 1)
        #expect(start.remaining > 28)
    }

    @Test(arguments: ["soon", "-1", "1.5", "", "+1", " "])
    func whatIsNoRetryAfterIsLeftOut(text: String) throws {
        let server = try ScriptedServer([.status(503, headers: [("Retry-After", text)]), .status(200)])
        defer { server.stop() }
        let response = try HTTPClient().send(
            HTTPRequest(.get, server.url()), deadline: Deadline(seconds: 5), retry: Self.quick)
        #expect(response.status == 200)
        #expect(response.attempts == 2)
    }

    @Test func nothingListeningIsTriedAgain() throws {
        let port = try FreePort.next()
        var events = 0
        let error = #expect(throws: HTTPError.self) {
            try HTTPClient().send(
                HTTPRequest(.post, "http://127.0.0.1:\(port)/auth"), deadline: Deadline(seconds: 10), retry: Self.quick
            ) { _ in events += 1 }
        }
        #expect(error?.code == .cannotConnect)
        #expect(error?.isTransient == true)
        #expect(error?.attempts == 4)
        #expect(error?.description == "POST http://127.0.0.1:\(port)/auth: connection refused (tried 4 times)")
        #expect(events == 3)
    }

    @Test func aNameThatDoesNotResolveIsNot() throws {
        let error = #expect(throws: HTTPError.self) {
            try HTTPClient().send(
                HTTPRequest(.get, "http://no-such-host.invalid/"), deadline: Deadline(seconds: 20), retry: Self.quick)
        }
        #expect(error?.code == .cannotResolve)
        #expect(error?.reason == "the name no-such-host.invalid does not resolve")
        #expect(error?.attempts == 1)
    }

    @Test(
        arguments: [(HTTPRequest.Method.get, nil, 2), (.post, nil, 1), (.post, true, 2), (.get, false, 1)]
            as [(HTTPRequest.Method, Bool?, Int)])
    func aLostAnswerIsAskedForAgainWhereThatDoesNoHarm(
        method: HTTPRequest.Method, mayBeRepeated: Bool?, count: Int
    ) throws {
        let server = try ScriptedServer([.raw(""), .status(200)])
        defer { server.stop() }
        let outcome = Result {
            try HTTPClient().send(
                HTTPRequest(method, server.url(), mayBeRepeated: mayBeRepeated), deadline: Deadline(seconds: 10),
                retry: Self.quick)
        }
        #expect(server.requests.count == count)
        #expect((try? outcome.get())?.status == (count == 2 ? 200 : nil))
    }

    @Test func backoffDoublesItsBoundAndIsSpreadOverAllOfIt() {
        let policy = RetryPolicy(attempts: 10, base: 0.5, limit: 8)
        var random = SystemRandomNumberGenerator()
        for (attempt, bound) in [(1, 0.5), (2, 1.0), (3, 2.0), (4, 4.0), (5, 8.0), (6, 8.0), (99, 8.0)] {
            let waits = (0..<2000).map { _ in policy.backoff(after: attempt, using: &random) }
            #expect(waits.allSatisfy { (0...bound).contains($0) })
            // 2,000 draws leave a tenth at either end empty with a probability of 0.9^2000.
            #expect(waits.contains { $0 < bound * 0.1 })
            #expect(waits.contains { $0 > bound * 0.9 })
        }
    }
}
