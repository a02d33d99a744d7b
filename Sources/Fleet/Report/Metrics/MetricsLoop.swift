import Glibc
import MQTT

/// The connections of those who ask for metrics, under one poll(2).
struct MetricsLoop {
    /// Held at a time; where one more comes, the oldest goes.
    private static let mostConnections = 16
    /// How long one may take from its first byte to our last, in seconds.
    private static let patience = 5.0
    /// How long a turn waits, in milliseconds.
    private static let turn: Int32 = 100

    private let listener: Int32
    private let text: () -> [UInt8]
    private var connections: [MetricsConnection] = []

    /// Takes the listening descriptor over.
    init(listener: Int32, text: @escaping () -> [UInt8]) { (self.listener, self.text) = (listener, text) }

    /// Waits for something to do, for a tenth of a second at most, and does it.
    mutating func turn() {
        var watched = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
        watched += connections.map { pollfd(fd: $0.descriptor, events: $0.events, revents: 0) }
        guard poll(&watched, nfds_t(watched.count), Self.turn) >= 0 else { return }
        for index in connections.indices where watched[index + 1].revents != 0 { connections[index].advance(text) }
        let now = MonotonicTime.now
        connections.removeAll { connection in
            let isOver = connection.isOver || now - connection.begun > Self.patience
            if isOver { Glibc.close(connection.descriptor) }
            return isOver
        }
        if watched[0].revents != 0 { accept() }
    }

    private mutating func accept() {
        let descriptor = Glibc.accept(listener, nil, nil)
        guard descriptor >= 0 else {
            // Too many open files, most likely: they are not fewer at once.
            if errno == EMFILE || errno == ENFILE { poll(nil, 0, Self.turn) }
            return
        }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        if connections.count == Self.mostConnections { Glibc.close(connections.removeFirst().descriptor) }
        connections.append(MetricsConnection(descriptor: descriptor))
    }

    /// Lets all go.
    mutating func close() {
        for connection in connections { Glibc.close(connection.descriptor) }
        connections = []
        Glibc.close(listener)
    }
}
