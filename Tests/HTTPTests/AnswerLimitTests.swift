import HTTP
import TestSupport
import Testing

/// What an answer may not be.
@Suite struct AnswerLimitTests {
    private static let mebibyte = 1 << 20

    private func error(of answer: ScriptedServer.Answer, seconds: Double = 10) throws -> (HTTPError?, Int) {
        let server = try ScriptedServer([answer])
        defer { server.stop() }
        let error = #expect(throws: HTTPError.self) {
            try HTTPClient().send(
                HTTPRequest(.get, server.url("/big")), deadline: Deadline(seconds: seconds), retry: .never)
        }
        return (error, server.requests.count)
    }

    @Test func oneMebibyteIsTaken() throws {
        let server = try ScriptedServer([.status(200, String(repeating: "x", count: Self.mebibyte))])
        defer { server.stop() }
        let response = try HTTPClient().send(HTTPRequest(.get, server.url()), deadline: Deadline(seconds: 20))
        #expect(response.body.count == Self.mebibyte)
    }

    @Test func oneByteMoreIsRefusedByItsAnnouncement() throws {
        // Nothing of the content is ever sent: the length alone must do.
        let head = "HTTP/1.1 200 OK\r\nContent-Length: \(Self.mebibyte + 1)\r\n\r\n"
        let (error, _) = try error(of: .bytes(Array(head.utf8)))
        #expect(error?.code == .tooLarge)
        #expect(error?.reason == "the answer is larger than 1024 KiB")
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 503 Busy\r\nConnection: close\r\n\r\n",
    ])
    func anEndlessAnswerIsRefusedWhileItComes(head: String) throws {
        let isChunked = head.contains("chunked")
        let part = String(repeating: "x", count: 65_536)
        let unit = isChunked ? "10000\r\n\(part)\r\n" : part
        let body = String(repeating: unit, count: 40)
        let (error, _) = try error(of: .raw(head + body))
        #expect(error?.code == .tooLarge)
    }

    @Test func endlessFieldsAreRefused() throws {
        let (error, _) = try error(
            of: .raw("HTTP/1.1 200 OK\r\n" + String(repeating: "X-A: bbbbbbbb\r\n", count: 6000)))
        #expect(error?.code == .tooLarge)
    }

    @Test func contentBeyondItsLengthIsNotTaken() throws {
        let server = try ScriptedServer([
            .raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokEVIL"), .status(200, "next"),
        ])
        defer { server.stop() }
        let client = HTTPClient()
        let first = try client.send(HTTPRequest(.get, server.url()), deadline: Deadline(seconds: 10))
        let second = try client.send(HTTPRequest(.get, server.url()), deadline: Deadline(seconds: 10))
        #expect(first.body == Array("ok".utf8))
        #expect(second.body == Array("next".utf8))
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nshort", HTTPError.Code.connectionLost),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", .connectionLost),
        ("HTTP/1.1 200 OK\r\nX-Cut", .connectionLost),
        ("", .connectionLost),
        ("\u{20}\u{2}\u{0}\u{5}", .notHTTP),
        ("SSH-2.0-OpenSSH_9.2\r\n", .notHTTP),
        ("<html>no status line</html>\r\n\r\n", .notHTTP),
    ])
    func brokenAnswersAreToldApart(bytes: String, code: HTTPError.Code) throws {
        let (error, count) = try error(of: .raw(bytes))
        #expect(error?.code == code, "\(String(describing: error))")
        #expect(count == 1)
    }

    @Test func aResetIsALostConnection() throws {
        let (error, _) = try error(of: .reset)
        #expect(error?.code == .connectionLost)
        #expect(error?.reason == "connection reset by peer")
    }
}
