import Foundation

/// A server on loopback that reads HTTP requests off real connections and answers with the bytes that a test wrote.
///
/// Each request takes the next answer of the script; the last one serves all that follow.
public final class ScriptedServer: @unchecked Sendable {  // all that changes is guarded by `lock`
    /// What is done with one request.
    public enum Answer: Sendable {
        /// Sends the bytes and keeps the connection open for the next request.
        case bytes([UInt8])
        /// Sends the bytes and closes the connection.
        case last([UInt8])
        /// Sends the bytes again and again until the client is gone, at most 64 MiB of them.
        case endless([UInt8])
        /// Sends one byte of these every so many seconds.
        case drip([UInt8], every: Double)
        /// Sends nothing and waits until the client is gone, at most 30 s.
        case silence
        /// Closes the connection with a reset.
        case reset

        /// A whole answer with its Content-Length.
        public static func status(
            _ status: Int, _ body: String = "", headers: [(String, String)] = [], closing: Bool = false
        ) -> Answer {
            var head = "HTTP/1.1 \(status) Scripted\r\n"
            for (name, value) in headers { head += "\(name): \(value)\r\n" }
            let bytes = Array("\(head)Content-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
            return closing ? .last(bytes) : .bytes(bytes)
        }

        /// A whole answer in JSON.
        public static func json(_ body: String, status: Int = 200) -> Answer {
            .status(status, body, headers: [("Content-Type", "application/json")])
        }

        /// The text as it is, then the end of the connection.
        public static func raw(_ text: String) -> Answer { .last(Array(text.utf8)) }
    }

    /// One request as it was received.
    public struct Received: Sendable {
        public let method: String
        public let target: String
        /// The header lines, as sent.
        public let fields: [String]
        public let body: [UInt8]
        /// The connection that it came by, from 1.
        public let connection: Int
        /// When its last byte was read, in seconds of a monotonic clock.
        public let time: Double

        /// The content as text.
        public var text: String { String(decoding: body, as: UTF8.self) }
        /// The value of a field, its name in any case.
        public func field(_ name: String) -> String? {
            let prefix = name.lowercased() + ":"
            return fields.first { $0.lowercased().hasPrefix(prefix) }
                .map { $0.dropFirst(prefix.count).trimmingCharacters(in: .whitespaces) }
        }
    }

    /// The port that it listens on.
    public let port: UInt16
    private let listener: Int32
    private let lock = NSLock()
    private var script: [Answer]
    private var received: [Received] = []
    private var connections: [Int32] = []
    private var isStopped = false

    /// Begins to listen on a free port of 127.0.0.1, or of ::1.
    public init(_ script: [Answer], version6: Bool = false) throws {
        self.script = script
        (listener, port) = try LoopbackSocket.bound(version6: version6)
        guard listen(listener, 64) == 0 else {
            close(listener)
            throw SupportError("listen on loopback: \(String(cString: strerror(errno)))")
        }
        let thread = Thread { [listener, weak self] in
            // Only this thread closes the listener: closed by another, its number could be a new one's already.
            defer { close(listener) }
            var number = 0
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                number += 1
                guard let server = self, server.keep(connection) else {
                    close(connection)
                    return
                }
                let own = number
                Thread { [weak server] in ScriptedPeer(connection, number: own).serve(server) }.start()
            }
        }
        thread.start()
    }

    deinit { stop() }

    /// The URL of a path on it.
    public func url(_ path: String = "/") -> String { "http://127.0.0.1:\(port)\(path)" }

    /// The requests so far, in the order in which they came.
    public var requests: [Received] { lock.withLock { received } }

    /// Stops listening and cuts all connections. A test defers it, which also keeps the server until its end.
    public func stop() {
        lock.withLock {
            guard !isStopped else { return }
            isStopped = true
            shutdown(listener, Int32(SHUT_RDWR))
            for connection in connections { shutdown(connection, Int32(SHUT_RDWR)) }
        }
    }

    /// Notes a request and gives the answer to it.
    func next(_ request: Received) -> Answer {
        lock.withLock {
            received.append(request)
            return script.count > 1 ? script.removeFirst() : script.first ?? .silence
        }
    }

    private func keep(_ connection: Int32) -> Bool {
        lock.withLock {
            if !isStopped { connections.append(connection) }
            return !isStopped
        }
    }

    func forget(_ connection: Int32) {
        lock.withLock { connections.removeAll { $0 == connection } }
    }
}
