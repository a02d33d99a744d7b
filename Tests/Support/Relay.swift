public import Foundation

/// A TCP relay on a free port of 127.0.0.1, which can cut, freeze or silence the connections that go through it.
public final class Relay: @unchecked Sendable {  // all that changes is guarded by `lock`
    public let port: UInt16
    private let listener: Int32
    private let target: UInt16
    private let lock = NSLock()
    private var relayed: [RelayedConnection] = []
    private var isClosed = false
    private var frozen = false
    private var open = true
    private var accepted = 0
    private var lastAcceptance: TimeInterval = 0
    private var lastEnd: TimeInterval = 0

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
                _ = fcntl(client, F_SETFD, FD_CLOEXEC)
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
        lock.withLock {
            for connection in relayed { connection.cut() }
            relayed = []
        }
    }

    /// Loses from now on what the connections that are there carry in these directions, their ends included, as a network that has
    /// forgotten them does; new ones are let through.
    public func silence(_ directions: Set<Direction>) {
        lock.withLock { for connection in relayed { connection.silence(directions) } }
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

    /// When the last connection came, in seconds of `ProcessInfo.systemUptime`.
    public var lastConnection: TimeInterval { lock.withLock { lastAcceptance } }

    /// When a client last ended a connection, in seconds of `ProcessInfo.systemUptime`.
    public var lastHangUp: TimeInterval { lock.withLock { lastEnd } }

    /// Waits until so many connections came; false where they do not within `timeout` seconds.
    public func wait(forConnections count: Int, timeout: TimeInterval = 20) -> Bool {
        let end = Date(timeIntervalSinceNow: timeout)
        while connections < count {
            guard Date() < end else { return false }
            usleep(5000)
        }
        return true
    }

    private func serve(_ client: Int32) {
        guard isOpen else {
            Glibc.close(client)
            return
        }
        lock.withLock {
            accepted += 1
            lastAcceptance = ProcessInfo.processInfo.systemUptime
        }
        guard let server = LoopbackSocket.connected(to: target) else {
            Glibc.close(client)
            return
        }
        let connection = RelayedConnection(client: client, server: server)
        lock.withLock { relayed.append(connection) }
        for direction in Direction.allCases {
            Thread.detachNewThread { [weak self] in
                connection.carry(direction, isHeld: { self?.isFrozen ?? false }) {
                    guard direction == .toServer else { return }
                    self?.lock.withLock { self?.lastEnd = ProcessInfo.processInfo.systemUptime }
                }
                if connection.isOver() { self?.forget(connection) }
            }
        }
    }

    private func forget(_ connection: RelayedConnection) { lock.withLock { relayed.removeAll { $0 === connection } } }
}

extension Relay {
    /// The way of bytes through a relay.
    public enum Direction: CaseIterable, Sendable {
        case toServer
        case toClient
    }
}
