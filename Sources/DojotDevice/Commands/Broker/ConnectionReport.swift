import MQTT

/// Says on standard error when the connection is lost and when it stands again: once each, not for every attempt.
struct ConnectionReport {
    private let peer: String
    private let identifier: String?
    private var isLost = false
    /// Since when the connection has stood.
    private var start = MonotonicTime.now
    /// How many connections in a row were lost within seconds.
    private var shortOnes = 0

    init(_ options: MQTTClient.Options) {
        peer = options.peer
        identifier = options.clientIdentifier
    }

    mutating func take(_ event: MQTTClient.Event) {
        switch event {
        case .lost(let error, _) where !isLost:
            isLost = true
            shortOnes = MonotonicTime.now - start < 5 ? shortOnes + 1 : 0
            Console.warning("\(error.message); trying to come back", hint: rivalHint ?? error.hint)
        case .connected:
            start = .now
            guard isLost else { return }
            isLost = false
            if !Console.isQuiet { Console.note("connected to \(peer) again") }
        default: break
        }
    }

    /// Before MQTT 5 a broker does not say that another client took the session over; two that come back by themselves do that to
    /// each other for ever.
    private var rivalHint: String? {
        guard shortOnes == 3, let identifier else { return nil }
        return "does another client have the client identifier \(identifier)? each ends the other's connection"
    }
}
