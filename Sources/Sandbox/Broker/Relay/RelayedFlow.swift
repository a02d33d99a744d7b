import Glibc

/// One direction of a connection: what has been read on one side and not been sent on the other.
struct RelayedFlow {
    /// The most bytes that are held.
    private static let room = 16384

    private(set) var bytes: ArraySlice<UInt8> = []
    /// Whether the side that is read has ended.
    private(set) var hasEnded = false
    /// Nothing is sent before this moment of the monotonic clock.
    var due = 0.0

    /// Whether nothing is held.
    var isEmpty: Bool { bytes.isEmpty }

    /// Reads from a socket what it has, where nothing is held.
    ///
    /// - Returns: whether there is something to send, or an end; nil where the socket broke.
    mutating func fill(from socket: Int32) -> Bool? {
        var result = 0
        let read = [UInt8](unsafeUninitializedCapacity: Self.room) { buffer, count in
            result = recv(socket, buffer.baseAddress, buffer.count, 0)
            count = max(0, result)
        }
        if result < 0 { return errno == EAGAIN || errno == EINTR ? false : nil }
        hasEnded = result == 0
        bytes = read[...]
        return true
    }

    /// Keeps the first bytes of what is held.
    mutating func cut(to count: Int) { bytes = bytes.prefix(count) }

    /// Sends to a socket as much as it takes of what is held.
    ///
    /// - Returns: how much that was; nil where the socket broke.
    mutating func drain(to socket: Int32, atMost limit: Int) -> Int? {
        let flags = Int32(MSG_NOSIGNAL)
        let count = bytes.prefix(limit).withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, flags) }
        if count < 0 { return errno == EAGAIN || errno == EINTR ? 0 : nil }
        bytes = bytes.dropFirst(count)
        return count
    }
}
