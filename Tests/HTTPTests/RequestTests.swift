import HTTP
import TestSupport
import Testing

/// What goes over the wire, and what is made of what comes back.
@Suite struct RequestTests {
    @Test func sendsMethodTargetFieldsAndContentAsGiven() throws {
        let server = try ScriptedServer([.json(#"{"jwt": "x"}"#)])
        defer { server.stop() }
        let response = try HTTPClient().send(
            HTTPRequest(
                .post, server.url("/auth?a=b"),
                headers: ["Content-Type": "application/json", "Authorization": "Bearer abc", "X-Empty": ""],
                body: Array(#"{"username": "admin"}"#.utf8)),
            deadline: Deadline(seconds: 10))
        let request = try #require(server.requests.first)
        #expect(request.method == "POST")
        #expect(request.target == "/auth?a=b")
        #expect(request.text == #"{"username": "admin"}"#)
        #expect(request.field("Content-Type") == "application/json")
        #expect(request.field("Content-Length") == "21")
        #expect(request.field("Authorization") == "Bearer abc")
        #expect(request.field("X-Empty") == "")
        #expect(request.field("Host") == "127.0.0.1:\(server.port)")
        #expect(request.field("User-Agent") == "dojot-device")
        #expect(request.field("Accept") == "application/json")
        #expect(request.field("Expect") == nil)
        #expect(response.status == 200)
        #expect(response.headers["content-TYPE"] == "application/json")
        #expect(response.body == Array(#"{"jwt": "x"}"#.utf8))
        #expect(response.attempts == 1)
    }

    @Test(
        arguments: [
            (HTTPRequest.Method.get, nil), (.delete, nil), (.post, "0"), (.put, "0"), (.patch, "0"),
        ] as [(HTTPRequest.Method, String?)])
    func requestsWithoutContentSayNoTypeOfIt(method: HTTPRequest.Method, length: String?) throws {
        let server = try ScriptedServer([.status(204, "")])
        defer { server.stop() }
        let response = try HTTPClient().send(
            HTTPRequest(method, server.url("/x")), deadline: Deadline(seconds: 10))
        let request = try #require(server.requests.first)
        #expect(response.status == 204)
        #expect(request.method == method.rawValue)
        #expect(request.field("Content-Length") == length)
        #expect(request.field("Content-Type") == nil)
        #expect(request.body.isEmpty)
    }

    @Test func contentOfAnyBytesArrivesWhole() throws {
        let server = try ScriptedServer([.status(200)])
        defer { server.stop() }
        let body = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        _ = try HTTPClient().send(HTTPRequest(.put, server.url(), body: body), deadline: Deadline(seconds: 10))
        #expect(server.requests.first?.body == body)
    }

    @Test(arguments: [HTTPRequest.Method.get, .put, .delete])
    func oneConnectionServesRequestsThatMayBeRepeated(method: HTTPRequest.Method) throws {
        let server = try ScriptedServer([.status(200)])
        defer { server.stop() }
        let client = HTTPClient()
        for _ in 0..<3 {
            _ = try client.send(HTTPRequest(method, server.url()), deadline: Deadline(seconds: 10))
        }
        #expect(server.requests.map(\.connection) == [1, 1, 1])
    }

    @Test func aRequestThatMustNotBeRepeatedGetsAConnectionOfItsOwn() throws {
        let server = try ScriptedServer([.status(200), .status(200), .reset])
        defer { server.stop() }
        let client = HTTPClient()
        _ = try client.send(HTTPRequest(.get, server.url("/1")), deadline: Deadline(seconds: 10))
        _ = try client.send(HTTPRequest(.post, server.url("/2")), deadline: Deadline(seconds: 10))
        #expect(throws: HTTPError.self) {
            try client.send(HTTPRequest(.post, server.url("/3")), deadline: Deadline(seconds: 10))
        }
        // The third was read and lost: libcurl must not have sent it a second time by itself.
        #expect(server.requests.map(\.target) == ["/1", "/2", "/3"])
        #expect(server.requests.map(\.connection) == [1, 2, 3])
    }

    @Test func aKeptConnectionThatDiedIsReplaced() throws {
        let server = try ScriptedServer([.status(200, "a", closing: true), .status(200, "b")])
        defer { server.stop() }
        let client = HTTPClient()
        let first = try client.send(HTTPRequest(.get, server.url()), deadline: Deadline(seconds: 10))
        let second = try client.send(HTTPRequest(.get, server.url()), deadline: Deadline(seconds: 10))
        #expect(first.body == Array("a".utf8))
        #expect(second.body == Array("b".utf8))
        #expect(server.requests.map(\.connection) == [1, 2])
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func redirectsAreHandedOverNotFollowed(status: Int) throws {
        let server = try ScriptedServer([.status(status, headers: [("Location", "/elsewhere")]), .status(200)])
        defer { server.stop() }
        let response = try HTTPClient().send(HTTPRequest(.get, server.url()), deadline: Deadline(seconds: 10))
        #expect(response.status == status)
        #expect(response.headers["location"] == "/elsewhere")
        #expect(server.requests.count == 1)
    }

    @Test func anInterimAnswerLeavesNoFields() throws {
        let server = try ScriptedServer([
            .raw(
                "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n"
                    + "HTTP/1.1 200 OK\r\nX-Late:   2 \t\r\nContent-Length: 2\r\n\r\nok")
        ])
        defer { server.stop() }
        let response = try HTTPClient().send(HTTPRequest(.get, server.url()), deadline: Deadline(seconds: 10))
        #expect(response.status == 200)
        #expect(response.headers["X-Early"] == nil)
        #expect(response.headers["X-Late"] == "2")
        #expect(response.body == Array("ok".utf8))
    }

    @Test func chunkedContentIsPutTogether() throws {
        let server = try ScriptedServer([
            .raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
        ])
        defer { server.stop() }
        let response = try HTTPClient().send(HTTPRequest(.get, server.url()), deadline: Deadline(seconds: 10))
        #expect(response.body == Array("abcde".utf8))
    }

    @Test func speaksToALiteralAddressOfVersion6() throws {
        let server = try ScriptedServer([.status(200, "six")], version6: true)
        defer { server.stop() }
        let response = try HTTPClient().send(
            HTTPRequest(.get, "http://[::1]:\(server.port)/"), deadline: Deadline(seconds: 10))
        #expect(response.body == Array("six".utf8))
        #expect(server.requests.first?.field("Host") == "[::1]:\(server.port)")
    }

    @Test(arguments: [
        ("X-A", "b\r\nX-Injected: 1"), ("X-A", "b\nc"), ("X-A", "b\0"), ("X A", "b"), ("X-A:", "b"), ("", "b"),
        ("X-Å", "b"), ("X-A", "ü"),
    ])
    func fieldsThatWouldBreakTheRequestAreNotSent(name: String, value: String) throws {
        let server = try ScriptedServer([.status(200)])
        defer { server.stop() }
        let error = #expect(throws: HTTPError.self) {
            try HTTPClient().send(
                HTTPRequest(.get, server.url(), headers: HTTPHeaders([(name, value)])), deadline: Deadline(seconds: 5))
        }
        #expect(error?.code == .invalidRequest)
        #expect(server.requests.isEmpty)
    }

    @Test func tellsHowFarTheServersClockIsOff() throws {
        let server = try ScriptedServer([.status(200, headers: [("Date", "Sun, 06 Nov 1994 08:49:37 GMT")])])
        defer { server.stop() }
        let client = HTTPClient()
        #expect(client.serverClockOffset == nil)
        let response = try client.send(HTTPRequest(.get, server.url()), deadline: Deadline(seconds: 10))
        #expect(response.date == 784_111_777)
        let offset = try #require(client.serverClockOffset)
        #expect(abs(offset - (784_111_777 - HTTPDate.now())) <= 2)
    }

    @Test func knowsItsLibrary() throws {
        #expect(try #require(HTTPClient.libraryVersion).hasPrefix("libcurl/"))
    }
}
