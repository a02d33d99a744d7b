/// Events that wait to be taken, first in, first out.
struct EventQueue {
    private var events: [MQTTClient.Event] = []
    private var head = 0

    var count: Int { events.count - head }

    mutating func append(_ event: MQTTClient.Event) { events.append(event) }

    mutating func take() -> MQTTClient.Event? {
        guard head < events.count else { return nil }
        let event = events[head]
        head += 1
        if head == events.count {
            events.removeAll(keepingCapacity: true)
            head = 0
        }
        return event
    }

    /// Whether a message waits.
    var holdsMessage: Bool { events[head...].contains { if case .message = $0 { true } else { false } } }

    /// Takes out the first `.connected`, past what is before it.
    mutating func takeConnected() -> Bool? {
        for index in head..<events.count {
            guard case .connected(let sessionPresent) = events[index] else { continue }
            events.remove(at: index)
            return sessionPresent
        }
        return nil
    }

    /// Takes out what another connection brought: all `.message`, and that it was lost.
    mutating func removeWhatWasBefore() {
        events.removeSubrange(..<head)
        head = 0
        events.removeAll {
            switch $0 {
            case .message, .lost: true
            default: false
            }
        }
    }

    /// The signal of a `.stopped` that waits.
    var stopSignal: Int32? {
        for case .stopped(let signal) in events[head...] { return signal }
        return nil
    }
}
