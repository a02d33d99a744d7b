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
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 64) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard isListening else { throw SupportError("relay: \(String(cString: strerror(errno)))") }
        port = UInt16(bigEndian: address.sin_port)
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
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.loopback(target)
        let isConnected = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        lock.withLock { accepted += 1 }
        guard isConnected else {
            Glibc.close(client)
            Glibc.close(server)
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

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
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
