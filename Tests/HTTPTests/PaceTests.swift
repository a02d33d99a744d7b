import Foundation
import TestSupport
import Testing

@testable import HTTP

/// Clients that share a pace.
@Suite struct PaceTests {
    private static let patient = RetryPolicy(attempts: 2, base: 0.01, limit: 0.01)

    @Test("where one is asked to wait, the others do too, and their time does not pass meanwhile")
    func holdsAll() throws {
        let limited = try ScriptedServer([.status(429, headers: [("Retry-After", "1")]), .status(200)])
        let other = try ScriptedServer([.status(200)])
        defer {
            limited.stop()
            other.stop()
        }
        let pace = RequestPace(most: 8)
        let begun = DispatchSemaphore(value: 0)
        let ended = DispatchSemaphore(value: 0)
        let url = limited.url()
        Thread.detachNewThread {
            let response = try? HTTPClient(pace: pace).send(
                HTTPRequest(.get, url), deadline: Deadline(seconds: 20), retry: Self.patient
            ) { _ in begun.signal() }
            #expect(response?.status == 200 && response?.attempts == 2)
            ended.signal()
        }
        begun.wait()
        #expect(pace.isHeld)
        // It has less time of its own than all are held for.
        let response = try HTTPClient(pace: pace).send(
            HTTPRequest(.get, other.url()), deadline: Deadline(seconds: 0.5), retry: .never)
        #expect(response.status == 200)
        ended.wait()
        let held = limited.requests[0].time
        #expect(other.requests[0].time - held >= 0.95)
        #expect(limited.requests[1].time - held >= 0.95)
    }

    @Test("of many that share it so many have a request under way as may")
    func slots() throws {
        let server = try ScriptedServer([.drip(Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8), every: 0.01)]
        )
        defer { server.stop() }
        let pace = RequestPace(most: 2)
        let url = server.url()
        let ended = DispatchSemaphore(value: 0)
        let start = Date()
        for _ in 0..<6 {
            Thread.detachNewThread {
                // Each takes some 0.4 s, and has no time to wait for four others.
                let response = try? HTTPClient(pace: pace).send(HTTPRequest(.get, url), deadline: Deadline(seconds: 5))
                #expect(response?.status == 200)
                ended.signal()
            }
        }
        for _ in 0..<6 { ended.wait() }
        #expect(Date().timeIntervalSince(start) >= 3 * 0.35)
        #expect(server.requests.count == 6)
    }

    @Test("so asked, it asks more often than it would by itself")
    func goesOn() throws {
        let wait = ScriptedServer.Answer.status(503, headers: [("Retry-After", "1")])
        let server = try ScriptedServer([wait, wait, wait, .status(200)])
        defer { server.stop() }
        let response = try HTTPClient(pace: RequestPace(most: 8)).send(
            HTTPRequest(.post, server.url()), deadline: Deadline(seconds: 1), retry: Self.patient)
        #expect(response.status == 200)
        #expect(response.attempts == 4)
    }

    @Test("a wait that is too long is not begun")
    func tooLong() throws {
        let server = try ScriptedServer([.status(429, headers: [("Retry-After", "601")])])
        defer { server.stop() }
        let pace = RequestPace(most: 8, longest: 600)
        let response = try HTTPClient(pace: pace).send(
            HTTPRequest(.get, server.url()), deadline: Deadline(seconds: 5), retry: Self.patient)
        #expect(response.status == 429 && response.retryAfter == 601)
        #expect(!pace.isHeld)
    }

    @Test("who waits can be interrupted")
    func interrupted() throws {
        let server = try ScriptedServer([.status(429, headers: [("Retry-After", "60")])])
        defer { server.stop() }
        let end = Date(timeIntervalSinceNow: 0.3)
        let client = HTTPClient(pace: RequestPace(most: 8)) { Date() > end }
        let error = #expect(throws: HTTPError.self) {
            _ = try client.send(HTTPRequest(.get, server.url()), deadline: Deadline(seconds: 5), retry: Self.patient)
        }
        #expect(error?.code == .interrupted)
    }
}
