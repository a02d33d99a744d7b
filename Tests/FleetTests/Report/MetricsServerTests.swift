import Fleet
import Foundation
import TestSupport
import Testing

@Suite("The server of metrics")
struct MetricsServerTests {
    private let server: MetricsServer

    init() throws {
        server = try MetricsServer(MetricsAddress("0"))
        server.serve(PrometheusText(SampleRun.usual.timeline))
    }

    private func curl(_ arguments: [String], path: String = "/metrics") throws -> Outcome {
        try Child.run(
            "/usr/bin/curl",
            ["-sS", "--max-time", "20"] + arguments + ["http://127.0.0.1:\(server.address.port)\(path)"])
    }

    @Test("curl reads them, again and again")
    func reading() throws {
        for _ in 1...3 {
            let outcome = try curl(["-i"])
            #expect(outcome.status == 0, "\(outcome.stderr)")
            #expect(
                outcome.stdout.hasPrefix(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"))
            #expect(
                outcome.stdout.hasSuffix(
                    String(decoding: PrometheusText(SampleRun.usual.timeline).bytes, as: UTF8.self)))
        }
        server.serve(PrometheusText(Timeline()))
        #expect(try curl([]).standardOutput == PrometheusText(Timeline()).bytes)
    }

    @Test(
        "nothing else is there",
        arguments: [
            ("/", [], "404"), ("/metrics/", [], "404"), ("/metrics?name=a", [], "200"),
            ("/metrics", ["-X", "POST"], "405"),
            ("/metrics", ["-X", "DELETE"], "405"), ("/metrics", ["--http1.0"], "200"),
            ("/metrics", ["-H", "X: \(String(repeating: "x", count: 20_000))"], "431"),
        ] as [(String, [String], String)])
    func others(path: String, arguments: [String], status: String) throws {
        // The server may close before curl has sent all of too long a request: what counts is the answer.
        #expect(try curl(arguments + ["-o", "/dev/null", "-w", "%{http_code}"], path: path).stdout == status)
    }

    @Test("peers that are silent, slow or talk nonsense keep nobody else from them")
    func hostile() throws {
        let port = server.address.port
        var silent = try (0..<40).map { _ in try #require(LoopbackSocket.connected(to: port)) }
        defer { for descriptor in silent { close(descriptor) } }
        for text in ["\r\n\r\n", "GET", "GET /metrics HTTP/9\n\n", "\u{0}\u{16}\u{3}\u{1}\n\n", "GET /metrics\r\n\r\n"]
        {
            let descriptor = try #require(LoopbackSocket.connected(to: port))
            silent.append(descriptor)
            _ = Array(text.utf8).withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
        }
        #expect(try curl(["-o", "/dev/null", "-w", "%{http_code}"]).stdout == "200")
        // The silent ones are let go of: the first of them sees the end.
        var byte: UInt8 = 0
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(silent[0], SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        #expect(recv(silent[0], &byte, 1, 0) <= 0 && errno != EAGAIN)
    }

    @Test("it ends when it is told to, and the port is free again")
    func stopping() throws {
        let port = server.address.port
        let taken = #expect(throws: FleetError.self) { try MetricsServer(MetricsAddress(port: port)) }
        #expect(taken?.message == "cannot serve metrics on 127.0.0.1 port \(port): address already in use")
        server.stop()
        server.stop()
        #expect(LoopbackSocket.connected(to: port) == nil)
        let again = try MetricsServer(MetricsAddress(port: port))
        #expect(again.address.port == port)
    }

    @Test("a host that is none of ours is an error")
    func otherHost() {
        let error = #expect(throws: FleetError.self) { try MetricsServer(MetricsAddress(host: "192.0.2.1", port: 0)) }
        #expect(error?.code == .cannotListen)
    }
}
