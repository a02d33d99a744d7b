import Glibc
import Threads

/// What stands on the broker's ports before mosquitto, so that connections can go wrong: one thread, one poll(2), at most
/// 16 KiB held for each way of a connection.
///
/// A connection takes its fault when it comes, by the first rule that happens; one that is open when a rule is given takes that one
/// then, in place of what it had.
final class BrokerRelay: Sendable {
    /// A port and the socket of mosquitto behind it.
    struct Door: Sendable {
        /// The listening socket, which does not block; it is the relay's from here on.
        let listener: Int32
        let path: String
        /// Whether TLS is spoken through it.
        let isSecured: Bool
        /// Whether a refusal of a device's certificate is held back.
        var isSilent = false
    }

    private struct State {
        /// In the order in which they came.
        var connections: [Int: RelayedConnection] = [:]
        var accepted = 0
        var isStopped = false
    }

    private let doors: [Door]
    private let faults: Faults
    private let state = Guarded(State())
    /// A pipe by which the wait is ended: its end to read and its end to write.
    private let wake: (read: Int32, write: Int32)
    private let thread = Guarded<WorkerThread?>(nil)

    init(_ doors: [Door], faults: Faults) throws(SandboxError) {
        var ends: [Int32] = [-1, -1]
        let isMade = ChildProcess.whileNoneStarts {
            guard pipe(&ends) == 0 else { return false }
            for end in ends { Self.setUp(end) }
            return true
        }
        guard isMade else {
            for door in doors { close(door.listener) }
            throw SandboxError(.server, "cannot make a pipe: \(String(cString: strerror(errno)))")
        }
        (self.doors, self.faults, wake) = (doors, faults, (ends[0], ends[1]))
    }

    deinit {
        for door in doors { close(door.listener) }
        close(wake.read)
        close(wake.write)
    }

    /// Begins to let connections through; those that came before have waited.
    func start() {
        thread.withLock { $0 = WorkerThread { self.run() } }
    }

    /// Cuts all connections and lets no more through.
    func stop() {
        state.withLock { $0.isStopped = true }
        wakeUp()
        thread.withLock { thread in
            thread?.join()
            thread = nil
        }
        state.withLock { $0.connections = [:] }
    }

    /// Has the rules of these numbers, which were just given, take hold of the connections that are open, the oldest first. What is
    /// to end at once has ended when this returns.
    func take(_ rules: Range<Int>) {
        state.withLock { state in
            for (number, connection) in state.connections.sorted(by: { $0.key < $1.key }) {
                // One that came a moment ago may have met them already.
                if let held = connection.held, rules.contains(held.rule) { continue }
                guard let fault = faults.fault(of: rules, onOpenConnection: connection.isSecured) else { continue }
                if !connection.take(fault) { state.connections[number] = nil }
            }
        }
        wakeUp()
    }

    /// Has nothing go wrong with the connections that are open; what was held back goes on.
    func letGo() {
        state.withLock { state in
            for connection in state.connections.values { connection.letGo() }
        }
        wakeUp()
    }
}

extension BrokerRelay {
    /// Marks a descriptor to close on exec, and not to block.
    private static func setUp(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }

    private func wakeUp() { _ = write(wake.write, [1], 1) }

    private func run() {
        while true {
            let start = Time.monotonic
            guard let (wanted, owners, next) = whatToWaitFor(at: start) else { return }
            var entries = wanted
            let milliseconds = next == .infinity ? -1 : Int32(min(3600, max(0, next - start)) * 1000 + 1)
            poll(&entries, nfds_t(entries.count), milliseconds)
            var bytes = [UInt8](repeating: 0, count: 64)
            if entries[0].revents != 0 { _ = read(wake.read, &bytes, bytes.count) }
            for (door, entry) in zip(doors, entries.dropFirst()) where entry.revents != 0 { accept(door) }
            serve(zip(entries.dropFirst(1 + doors.count), owners), since: start)
        }
    }

    /// Entries for the pipe, for the doors and for the connections; whose the last are; and when to wake by the clock. nil at the end.
    private func whatToWaitFor(at now: Double) -> (entries: [pollfd], owners: [Int], next: Double)? {
        var entries = ([wake.read] + doors.map(\.listener)).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var owners: [Int] = []
        var next = Double.infinity
        return state.withLock { state in
            for (number, connection) in state.connections {
                let own = connection.entries(at: now)
                entries += own
                owners += own.map { _ in number }
                next = min(next, connection.due(after: now))
            }
            return state.isStopped ? nil : (entries, owners, next)
        }
    }

    /// Goes on with the connections that something happened to, or whose time has come.
    private func serve(_ polled: some Sequence<(pollfd, Int)>, since start: Double) {
        state.withLock { state in
            var woken: Set<Int> = []
            for (entry, number) in polled where entry.revents != 0 {
                state.connections[number]?.note(entry)
                woken.insert(number)
            }
            let now = Time.monotonic
            for (number, connection) in state.connections
            where woken.contains(number) || connection.due(after: start) <= now {
                if !connection.advance(at: now) { state.connections[number] = nil }
            }
        }
    }

    private func accept(_ door: Door) {
        // A bounded number of times, so that a flood does not keep the others waiting.
        for _ in 0..<64 {
            let socket = ChildProcess.whileNoneStarts {
                let socket = Glibc.accept(door.listener, nil, nil)
                if socket >= 0 { Self.setUp(socket) }
                return socket
            }
            guard socket >= 0 else {
                // With no descriptor left the connection stays where it is, and would wake us at once.
                if errno == EMFILE || errno == ENFILE { usleep(10_000) }
                return
            }
            // What mosquitto sends is handed on as it comes: Nagle would have it wait for the device's acknowledgement.
            var on: Int32 = 1
            setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
            let fault = faults.fault(onNewConnection: door.isSecured)
            state.withLock { state in
                let connection = RelayedConnection(
                    socket, to: door.path, isSecured: door.isSecured, isSilent: door.isSilent)
                guard fault.map({ connection.take($0) }) ?? true else { return }
                state.accepted += 1
                if connection.advance(at: Time.monotonic) { state.connections[state.accepted] = connection }
            }
        }
    }
}
