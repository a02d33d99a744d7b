import Foundation
import TestSupport
import Testing

@testable import HTTP

/// The deadline holds whatever the server does.
@Suite struct DeadlineTests {
    private func failure(
        _ answers: [ScriptedServer.Answer], seconds: Double, retry: RetryPolicy = .standard
    ) throws -> (error: HTTPError?, took: Double) {
        let server = try ScriptedServer(answers)
        defer { server.stop() }
        let clock = Deadline(seconds: 100)
        let error = #expect(throws: HTTPError.self) {
            try HTTPClient().send(
                HTTPRequest(.get, server.url("/slow")), deadline: Deadline(seconds: seconds), retry: retry)
        }
        return (error, 100 - clock.remaining)
    }

    @Test func aServerThatSaysNothing() throws {
        let (error, took) = try failure([.silence], seconds: 0.5)
        #expect(error?.code == .timedOut)
        #expect(error?.reason == "no answer within 0.5 s")
        #expect(took >= 0.5 && took < 2)
    }

    @Test func aServerThatSaysNothingOverAConnectionThatWasUsedBefore() throws {
        let server = try ScriptedServer([.status(200), .silence])
        defer { server.stop() }
        let client = HTTPClient()
        _ = try client.send(HTTPRequest(.get, server.url()), deadline: Deadline(seconds: 10))
        let error = #expect(throws: HTTPError.self) {
            try client.send(HTTPRequest(.get, server.url()), deadline: Deadline(seconds: 0.5))
        }
        #expect(error?.reason == "no answer within 0.5 s")
        #expect(server.requests.map(\.connection) == [1, 1])
    }

    @Test func aServerThatSaysNothingInTheTLSHandshake() throws {
        let server = try ScriptedServer([.silence])
        defer { server.stop() }
        let error = #expect(throws: HTTPError.self) {
            try HTTPClient(trust: .none).send(
                HTTPRequest(.get, "https://127.0.0.1:\(server.port)/"), deadline: Deadline(seconds: 0.5))
        }
        #expect(error?.code == .timedOut)
        #expect(error?.reason == "no answer within 0.5 s")
    }

    @Test func aServerThatDripsItsAnswer() throws {
        let answer = Array("HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n".utf8)
        let (error, took) = try failure([.bytes(answer)], seconds: 0.5)
        #expect(error?.code == .timedOut)
        #expect(error?.reason == "the answer did not end within 0.5 s")
        #expect(took >= 0.5 && took < 2)
    }

    @Test func aServerThatDripsBytes() throws {
        let (error, took) = try failure(
            [.drip(Array(repeating: UInt8(ascii: "H"), count: 200), every: 0.05)], seconds: 0.6)
        #expect(error != nil)
        #expect(took < 2)
    }

    @Test func theWholeOfItWithRepetitionsAndWaits() throws {
        let policy = RetryPolicy(attempts: 1000, base: 0.2, limit: 0.2)
        let server = try ScriptedServer([.status(503)])
        defer { server.stop() }
        let clock = Deadline(seconds: 100)
        let response = try HTTPClient().send(
            HTTPRequest(.get, server.url()), deadline: Deadline(seconds: 2), retry: policy)
        #expect(response.status == 503)
        #expect(100 - clock.remaining < 3)
        #expect(server.requests.count > 3)
    }

    @Test func aPortThatAcceptsNothing() throws {
        // A backlog that is full: the kernel no longer answers, as with a host behind a firewall.
        let backlog = try FullBacklog()
        let clock = Deadline(seconds: 100)
        let error = #expect(throws: HTTPError.self) {
            try HTTPClient().send(
                HTTPRequest(.get, "http://127.0.0.1:\(backlog.port)/"), deadline: Deadline(seconds: 0.5))
        }
        #expect(error?.code == .timedOut)
        #expect(error?.reason == "no connection within 0.5 s")
        #expect(100 - clock.remaining < 2)
    }

    @Test func oneThatHasPassedSendsNothing() throws {
        let server = try ScriptedServer([.status(200)])
        defer { server.stop() }
        let error = #expect(throws: HTTPError.self) {
            try HTTPClient().send(HTTPRequest(.get, server.url()), deadline: Deadline(seconds: -1))
        }
        #expect(error?.code == .timedOut)
        #expect(server.requests.isEmpty)
    }

    @Test(arguments: [
        ScriptedServer.Answer.silence, .status(503, headers: [("Retry-After", "15")]),
    ])
    func theCallersOwnNoEndsARequestAndAWait(answer: ScriptedServer.Answer) throws {
        let server = try ScriptedServer([answer])
        defer { server.stop() }
        let end = Deadline(seconds: 0.3)
        let client = HTTPClient(isInterrupted: { end.hasPassed })
        let clock = Deadline(seconds: 100)
        let error = #expect(throws: HTTPError.self) {
            try client.send(HTTPRequest(.get, server.url()), deadline: Deadline(seconds: 20))
        }
        #expect(error?.code == .interrupted)
        #expect(100 - clock.remaining < 5)
    }

    @Test func interruptingTheProgramEndsItInTheMiddleOfARequest() async {
        await #expect(processExitsWith: .signal(SIGINT)) { try DeadlineTests.requestUntil(SIGINT) }
    }

    @Test func terminatingTheProgramEndsItInTheMiddleOfARequest() async {
        await #expect(processExitsWith: .signal(SIGTERM)) { try DeadlineTests.requestUntil(SIGTERM) }
    }

    /// Sends a request that nobody answers, and this process a signal that it does not handle.
    private static func requestUntil(_ signal: Int32) throws {
        let server = try ScriptedServer([.silence])
        defer { server.stop() }
        Thread {
            Thread.sleep(forTimeInterval: 0.3)
            kill(getpid(), signal)
        }.start()
        _ = try HTTPClient().send(HTTPRequest(.get, server.url()), deadline: Deadline(seconds: 10))
    }
}
