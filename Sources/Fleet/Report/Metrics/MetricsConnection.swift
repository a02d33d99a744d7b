import Glibc
import MQTT

/// One peer that asks for metrics: its request, then our answer, then nothing more (RFC 9112).
struct MetricsConnection {
    /// More of a request is not read; its fields mean nothing here.
    private static let longestRequest = 8192

    let descriptor: Int32
    let begun = MonotonicTime.now
    /// Whether it is to be closed.
    private(set) var isOver = false
    private var request: [UInt8] = []
    private var answer: [UInt8] = []
    private var sent = 0

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// What poll(2) is to wait for.
    var events: Int16 { Int16(answer.isEmpty ? POLLIN : POLLOUT) }

    /// Reads or writes what can be without waiting.
    mutating func advance(_ text: () -> [UInt8]) {
        if answer.isEmpty { read(text) }
        if !answer.isEmpty { write() }
    }

    private mutating func read(_ text: () -> [UInt8]) {
        var chunk = [UInt8](repeating: 0, count: 2048)
        let count = Glibc.read(descriptor, &chunk, chunk.count)
        guard count > 0 else {
            isOver = count == 0 || (errno != EAGAIN && errno != EINTR)
            return
        }
        request += chunk[..<count]
        if Self.hasEnd(request) {
            answer = Self.answer(to: request, text)
        } else if request.count > Self.longestRequest {
            answer = Self.answer("431 Request Header Fields Too Large", "the request is too long\n")
        }
    }

    private mutating func write() {
        while sent < answer.count {
            let count = answer.withUnsafeBytes {
                send(descriptor, $0.baseAddress.map { $0 + sent }, $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count >= 0 else {
                isOver = errno != EAGAIN && errno != EINTR
                return
            }
            sent += count
        }
        isOver = true
    }

    // MARK: - HTTP

    /// Whether the empty line behind the fields is there.
    private static func hasEnd(_ request: [UInt8]) -> Bool {
        var isEmptyLine = false
        for byte in request {
            if byte == UInt8(ascii: "\n") {
                if isEmptyLine { return true }
                isEmptyLine = true
            } else if byte != UInt8(ascii: "\r") {
                isEmptyLine = false
            }
        }
        return false
    }

    static func answer(to request: [UInt8], _ text: () -> [UInt8]) -> [UInt8] {
        let line = request.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard words.count == 3, words[2].starts(with: "HTTP/1.".utf8) else {
            return answer("400 Bad Request", "this is no HTTP/1.1\n")
        }
        guard words[1].prefix(while: { $0 != UInt8(ascii: "?") }).elementsEqual("/metrics".utf8) else {
            return answer("404 Not Found", "there is only /metrics\n")
        }
        guard words[0].elementsEqual("GET".utf8) else {
            return answer("405 Method Not Allowed", "metrics can only be read\n", fields: "Allow: GET\r\n")
        }
        return answer("200 OK", type: PrometheusText.contentType, text())
    }

    private static func answer(_ status: String, _ text: String, fields: String = "") -> [UInt8] {
        answer(status, type: "text/plain; charset=utf-8", Array(text.utf8), fields: fields)
    }

    private static func answer(_ status: String, type: String, _ body: [UInt8], fields: String = "") -> [UInt8] {
        let head = """
            HTTP/1.1 \(status)\r
            Content-Type: \(type)\r
            Content-Length: \(body.count)\r
            \(fields)Connection: close\r
            \r

            """
        return Array(head.utf8) + body
    }
}
