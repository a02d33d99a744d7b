import Foundation
import TestSupport
import Testing

/// The HTTP server against clients that do not behave: nothing gets in, its memory stays small, and it goes on serving.
@Suite struct ServerTests {
    /// MiB that the sandbox may come to, whatever is done to it.
    private static let mostMemory = 200

    private let sandbox: RunningSandbox
    init() throws { sandbox = try RunningSandbox.start() }

    private func expectGood(_ what: String = "") throws {
        #expect(try sandbox.serves(), "\(what)")
        let memory = try sandbox.peakMemory()
        if Sanitizer.isAbsent { #expect(memory < Self.mostMemory, "\(what): \(memory) MiB") }
        print("the sandbox's memory, \(what): \(memory) MiB at most")
    }

    /// Requests that are none, or that two readers may take for different ones; nobody has logged in.
    private static let malformed: [String] = {
        let get = "GET /ca HTTP/1.1\r\nHost: x\r\n"
        let post = "POST /auth HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        let smuggled = "GET /_sandbox/faults HTTP/1.1\r\nHost: x\r\n\r\n"
        return [
            "", "\r\n", "\n", "\0", "GARBAGE\r\n\r\n", "GET\r\n\r\n", "GET /ca\r\n\r\n", "GET  HTTP/1.1\r\n\r\n",
            "get /ca HTTP/1.1\r\n\r\n",
            "GET /ca HTTP/9.9\r\n\r\n", "GET /ca HTTP/1\r\n\r\n", "GET /ca HTTP/1.1.1\r\n\r\n",
            "GET /ca FTP/1.1\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\u{16}\u{3}\u{1}\0\u{5}\u{1}\0\0\u{1}\u{3}\u{3}",
            "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
            "TRACE /ca HTTP/1.1\r\nHost: x\r\n\r\n", "CONNECT localhost:1 HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET http://elsewhere/ca HTTP/1.1\r\nHost: x\r\n\r\n", "GET ca HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /ca HTTP/1.1\r\n\r\n",
            get + "Content-Length: -1\r\n\r\n", get + "Content-Length: x\r\n\r\n", get + "Content-Length: 0x10\r\n\r\n",
            get + "Content-Length: 99999999999999999999999\r\n\r\n",
            get + "Content-Length: 5\r\nContent-Length: 0\r\n\r\n" + smuggled,
            get + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
            get + "Transfer-Encoding: nonsense\r\n\r\n",
            get + "Transfer-Encoding: chunked\r\n\r\nZZ\r\n", get + "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
            get + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\nx",
            get + "Transfer-Encoding: chunked\r\n\r\n5\r\nab",
            post + "Content-Length: 5\r\n\r\n{}", post + "Content-Length: 2\r\n\r\n{}",
            post + "Content-Length: 4\r\n\r\n\0\0\0\0",
            post + "Transfer-Encoding: chunked\r\n\r\n1;ext=\(String(repeating: "e", count: 40_000))\r\n{\r\n0\r\n\r\n",
            get + "\0\u{1}: x\r\n\r\n", get + "No colon\r\n\r\n", get + ": no name\r\n\r\n", get + "A b: c\r\n\r\n",
            get + "Authorization: \0\r\n\r\n", get + "Authorization: Bearer\r\n\r\n",
            get + "Authorization: Basic YWRtaW46YWRtaW4=\r\n\r\n",
            get + "X: a\r\n folded\r\n\r\n", get + "X: \(String(repeating: "a", count: 100_000))\r\n\r\n",
            get + (0..<10_000).map { "X\($0): a\r\n" }.joined() + "\r\n",
            "GET /\(String(repeating: "a", count: 100_000)) HTTP/1.1\r\n\r\n",
            "GET /ca?\(String(repeating: "a=b&", count: 5_000)) HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /ca\u{0}/x HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /ca HTTP/1.1\r\nHost: x\r\n", "GET /c", String(repeating: "A", count: 300_000),
            String(repeating: "\r\n", count: 50_000),
        ]
    }()

    @Test func malformedRequestsGetNothing() throws {
        for request in Self.malformed {
            let answer = try RawClient.answer(from: sandbox.gatewayPort, to: Array(request.utf8))
            let status = answer.split(separator: " ").dropFirst().first ?? ""
            #expect(
                answer.isEmpty || status.hasPrefix("4") || status.hasPrefix("5"), "\(request.prefix(80)): \(answer)")
            // What was behind one request is not taken for another.
            #expect(!answer.contains("faults") && !answer.contains(" 200 "), "\(request.prefix(80)): \(answer)")
        }
        // Bytes that are drawn, after a head and without one.
        var random = SystemRandomNumberGenerator()
        for number in 0..<200 {
            let head =
                number % 2 == 0
                ? "" : "POST /auth HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 64\r\n\r\n"
            let noise = (0..<64).map { _ in UInt8.random(in: 0...255, using: &random) }
            let answer = try RawClient.answer(from: sandbox.gatewayPort, to: Array(head.utf8) + noise)
            #expect(!answer.contains(" 200 "), "\(Data(noise).base64EncodedString()): \(answer)")
        }
        try expectGood("malformed requests")
    }

    @Test func pathTricksLeadNowhere() throws {
        let token = try sandbox.logIn()
        let long = String(repeating: "a", count: 20_000)
        for path in [
            "/ca/../device", "/ca/./IOTmidCA", "/ca/%2e%2e/device", "/ca/%2E%2E%2Fdevice", "/ca/..%2fdevice",
            "/ca/%252e%252e/device",
            "//device", "/device//", "/device/%00", "/ca/IOTmidCA%2Fcrl", "/ca/IOTmidCA%2Fcrl/x", "/ca/%00",
            "/ca/IOTmidCA%00", "/ca%00",
            "/%00/../../etc/passwd", "/../../../etc/passwd", "/..%5c..%5cetc%5cpasswd", "/ca/IOTmidCA;x",
            "/ca/IOTmidCA%20", "/CA",
            "/ca/%", "/ca/%zz", "/ca/%c0%ae%c0%ae", "/ca/%E2%80%AE", "/ca/%1b%5b31m", "/ca/\(long)", "/\(long)",
            "/device/\(long)",
            "/%2f_sandbox/faults", "/x509/v1/certificates/..%2f..%2fca", "/device/../device", "/user/..",
            "/history/device/../history",
        ] {
            let words = ["-sS", "--path-as-is", "-w", "\n%{http_code}", "-H", "Authorization: Bearer \(token)"]
            let outcome = try Child.run("/usr/bin/curl", words + [sandbox.ready.gateway + path])
            let status = outcome.stdout.split(separator: "\n").last ?? ""
            #expect(["400", "404", "414", "431"].contains(status), "\(path.prefix(60)): \(outcome.stdout)")
            #expect(!outcome.stdout.contains("root:"))
        }
        try expectGood("path tricks")
    }

    @Test func aBodyOfAGigabyteIsRefused() throws {
        let folder = try TemporaryFolder()
        // A file with a hole: it takes no room, and curl streams all of it.
        let file = try folder.write("", to: "large")
        try #require(truncate(file, 1 << 30) == 0)
        for extra in [
            [], ["-H", "Transfer-Encoding: chunked"], ["-H", "Expect:"],
            ["-H", "Expect:", "-H", "Transfer-Encoding: chunked"],
        ] {
            for path in ["/auth", "/nowhere"] {
                let words = [
                    "-sS", "-o", "/dev/null", "-w", "%{http_code}", "-H", "Content-Type: application/json",
                    "--max-time", "120",
                ]
                let outcome = try Child.run(
                    "/usr/bin/curl", words + extra + ["-X", "POST", "-T", file, sandbox.ready.gateway + path],
                    timeout: 150)
                // Where the answer comes before the body's end, the connection may be cut under the sender's hands.
                #expect(
                    outcome.stdout == "413" || ["000", "100"].contains(outcome.stdout) && outcome.status != 0,
                    "\(extra) \(outcome.stdout) \(outcome.stderr)")
            }
        }
        try expectGood("bodies of a gigabyte")
    }

    @Test func manyBodiesThatNeverEndDoNotFillTheMemory() throws {
        let head = Array(
            "POST /auth HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n".utf8)
        let body = [UInt8](repeating: UInt8(ascii: " "), count: 900_000)
        let clients = try (0..<300).map { _ in try RawClient(to: sandbox.gatewayPort) }
        for client in clients { client.send(head + body) }
        try expectGood("300 bodies at once")
        for client in clients { client.send([UInt8](repeating: UInt8(ascii: " "), count: 100_000)) }
        // What was held is given back, and taken again.
        for client in clients {
            #expect(String(decoding: client.answer().prefix(12), as: UTF8.self).hasPrefix("HTTP/1.1 "))
        }
        try expectGood("300 bodies that ended")
    }

    @Test func aThousandSilentConnectionsDoNotKeepOthersOut() throws {
        let silent = try Silent(1000, to: sandbox.gatewayPort)
        #expect(try sandbox.request("GET", "/ca", token: sandbox.logIn()).status == 200)
        try expectGood("1,000 silent connections")
        // Half of a head is no better than nothing.
        let half = try Silent(200, to: sandbox.gatewayPort, saying: "GET /ca HTTP/1.1\\r\\nHost")
        try expectGood("1,200 silent connections")
        silent.end()
        half.end()
        #expect(try sandbox.logIn().isEmpty == false)
    }

    /// Connections of a process of their own, which has room for as many.
    private struct Silent {
        let child: Child

        init(_ count: Int, to port: UInt16, saying words: String = "") throws {
            let open = "exec {fd}<>/dev/tcp/127.0.0.1/\(port) && printf '\(words)' >&$fd"
            let script =
                "ulimit -n \(count + 50) && for i in $(seq \(count)); do \(open) || exit 1; done; echo open; read"
            child = try Child.start("/bin/bash", ["-c", script])
            guard child.readLine(timeout: 60) == "open" else { throw SupportError("bash: \(child.errorSoFar)") }
        }

        func end() {
            child.closeInput()
            _ = child.wait(timeout: 10)
        }
    }
}
