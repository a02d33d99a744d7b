import Foundation

/// One connection of a client through a relay, and the relay's own to the server.
final class RelayedConnection: @unchecked Sendable {  // all that changes is guarded by `lock`
    private let client: Int32
    private let server: Int32
    private let lock = NSLock()
    private var silenced: Set<Relay.Direction> = []
    /// The directions that still carry.
    private var left = 2

    init(client: Int32, server: Int32) { (self.client, self.server) = (client, server) }

    /// Loses what comes from now on.
    func silence(_ directions: Set<Relay.Direction>) { lock.withLock { silenced.formUnion(directions) } }

    /// Ends it towards both sides, whatever is silent.
    func cut() { lock.withLock { if left > 0 { for end in [client, server] { shutdown(end, Int32(SHUT_RDWR)) } } } }

    /// Carries bytes in one direction until one of the sides ends.
    ///
    /// - Parameters:
    ///   - isHeld: whether to wait with what has come, an end too.
    ///   - hungUp: called where the side that is read from has ended.
    func carry(_ direction: Relay.Direction, isHeld: () -> Bool, hungUp: () -> Void) {
        let (from, to) = direction == .toServer ? (client, server) : (server, client)
        var buffer = [UInt8](repeating: 0, count: 16384)
        while true {
            let count = recv(from, &buffer, buffer.count, 0)
            if count <= 0 { hungUp() }
            while isHeld() { usleep(20_000) }
            if count <= 0 { break }
            if isSilent(direction) { continue }
            guard Self.send(buffer[..<count], to: to) else { break }
        }
        // The end goes both ways, as far as anything does.
        if !isSilent(.toServer) { shutdown(server, Int32(SHUT_RDWR)) }
        if !isSilent(.toClient) { shutdown(client, Int32(SHUT_RDWR)) }
    }

    /// Counts a direction as done; true for the last one, with which both sockets are closed.
    func isOver() -> Bool {
        lock.withLock {
            left -= 1
            guard left == 0 else { return false }
            close(client)
            close(server)
            return true
        }
    }

    private func isSilent(_ direction: Relay.Direction) -> Bool { lock.withLock { silenced.contains(direction) } }

    private static func send(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
