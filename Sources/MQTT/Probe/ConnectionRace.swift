import Glibc

/// Connections to several addresses at the same time.
struct ConnectionRace: ~Copyable {
    /// For each address, why there is no connection; nil where there is one.
    private(set) var outcomes: [Int32?]
    private let sockets: [Racer]

    /// An array holds copies, which a socket has none of.
    private final class Racer {
        let socket: ProbeSocket
        init(_ address: Address) { socket = ProbeSocket(connectingTo: address) }
    }

    init(_ addresses: [Address]) {
        sockets = addresses.map(Racer.init)
        // Who has not answered by the end was silent.
        outcomes = addresses.map { _ in ETIMEDOUT }
    }

    /// Waits until all have answered, or one has and the others had a quarter of a second more.
    mutating func run(until deadline: MonotonicTime) {
        var end = deadline
        var waiting = Set(sockets.indices)
        while true {
            for index in waiting {
                guard let error = sockets[index].socket.error else { continue }
                waiting.remove(index)
                // A reset so soon is the peer's word on a connection that stood.
                let isMade = error == 0 || error == ECONNRESET
                outcomes[index] = isMade ? nil : error
                if isMade { end = min(end, .after(0.25)) }
            }
            guard !waiting.isEmpty, MonotonicTime.now < end else { return }
            var entries = waiting.map {
                pollfd(fd: sockets[$0].socket.descriptor, events: Int16(POLLOUT), revents: 0)
            }
            let rest = (end.nanoseconds - MonotonicTime.now.nanoseconds) / 1_000_000 + 1
            poll(&entries, nfds_t(entries.count), Int32(clamping: max(0, rest)))
        }
    }
}
