import MQTT

/// Says on standard error when the connection is lost and when it stands again: once each, not for every attempt.
struct ConnectionReport {
    private let peer: String
    private var isLost = false

    init(_ options: MQTTClient.Options) { peer = options.peer }

    mutating func take(_ event: MQTTClient.Event) {
        switch event {
        case .lost(let error, _) where !isLost:
            isLost = true
            Console.warning("\(error.message); trying to come back")
        case .connected where isLost:
            isLost = false
            if !Console.isQuiet { Console.note("connected to \(peer) again") }
        default: break
        }
    }
}
