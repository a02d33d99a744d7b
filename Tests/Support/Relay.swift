import Foundation

/// A TCP relay on a free port of 127.0.0.1, which can cut or freeze the connections that go through it.
public final class Relay: @unchecked Sendable {  // all that changes is guarded by `lock`
    public let port: UInt16
    private let listener: Int32
    private let target: UInt16
    private let lock = NSLock()
    private var pairs: [(Int32, Int32)] = []
    private var isClosed = false
    private var frozen = false
    private var open = true
    private var accepted = 0

    public init(to target: UInt16) throws {
        self.target = target
        (listener, port) = try LoopbackSocket.bound()
        let listener = listener
        guard listen(listener, 64) == 0 else { throw SupportError("relay: \(String(cString: strerror(errno)))") }
        Glibc.signal(SIGPIPE, SIG_IGN)
        Thread.detachNewThread { [weak self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0, let self else { return }
                self.serve(client)
            }
        }
    }

    deinit { close() }

    /// Stops listening and cuts what is there.
    public func close() {
        lock.lock()
        let wasClosed = isClosed
        isClosed = true
        lock.unlock()
        guard !wasClosed else { return }
        shutdown(listener, Int32(SHUT_RDWR))
        Glibc.close(listener)
        cut()
    }

    /// Ends all connections; new ones are let through.
    public func cut() {
        lock.lock()
        let cut = pairs
        pairs = []
        lock.unlock()
        for (one, other) in cut {
            shutdown(one, Int32(SHUT_RDWR))
            shutdown(other, Int32(SHUT_RDWR))
        }
    }

    /// While it is true nothing goes through, and no connection ends.
    public var isFrozen: Bool {
        get { lock.withLock { frozen } }
        set { lock.withLock { frozen = newValue } }
    }

    /// While it is false, new connections are closed at once.
    public var isOpen: Bool {
        get { lock.withLock { open } }
        set { lock.withLock { open = newValue } }
    }

    /// How many connections came.
    public var connections: Int { lock.withLock { accepted } }

    private func serve(_ client: Int32) {
        guard isOpen else {
            Glibc.close(client)
            return
        }
        lock.withLock { accepted += 1 }
        guard let server = LoopbackSocket.connected(to: target) else {
            Glibc.close(client)
            return
        }
        lock.withLock { pairs.append((client, server)) }
        let rest = Countdown()
        for (from, to) in [(client, server), (server, client)] {
            Thread.detachNewThread { [weak self] in
                Self.pump(from, to) { self?.isFrozen ?? false }
                if rest.isLast {
                    Glibc.close(client)
                    Glibc.close(server)
                    self?.forget(client)
                }
            }
        }
    }

    private func forget(_ client: Int32) { lock.withLock { pairs.removeAll { $0.0 == client } } }

    private static func pump(_ from: Int32, _ to: Int32, _ isFrozen: () -> Bool) {
        var buffer = [UInt8](repeating: 0, count: 16384)
        while true {
            let count = recv(from, &buffer, buffer.count, 0)
            if count <= 0 { break }
            while isFrozen() { usleep(20_000) }
            var sent = 0
            while sent < count {
                let more = buffer[sent..<count].withUnsafeBytes {
                    send(to, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                if more <= 0 { break }
                sent += more
            }
            if sent < count { break }
        }
        shutdown(from, Int32(SHUT_RDWR))
        shutdown(to, Int32(SHUT_RDWR))
    }

    /// Counts the two directions of a connection down.
    private final class Countdown: @unchecked Sendable {  // guarded by `lock`
        private let lock = NSLock()
        private var left = 2
        var isLast: Bool {
            lock.withLock {
                left -= 1
                return left == 0
            }
        }
    }
}
