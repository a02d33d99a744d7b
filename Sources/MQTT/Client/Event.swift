extension MQTTClient {
    /// What `next(until:)` brings.
    public enum Event: Sendable {
        /// The connection stands again after it was lost, and what was subscribed to is being subscribed to again.
        case connected(sessionPresent: Bool)
        /// The connection was lost, or an attempt to come back failed; the next attempt is made after so many seconds.
        case lost(MQTTError, pause: Double)
        /// The broker forgot the session in which QoS 2 publications were on their way: they must be published again, and may come twice.
        case sessionLost
        /// QoS 0: sent; QoS 1 and 2: the broker has it. A reason of 128 and above is a refusal (MQTT 5).
        case acknowledged(identifier: Int32, reason: Int)
        case message(Message)
        /// The broker's answer to a subscription, one reason a filter; 128 and above is a refusal.
        case subscribed(reasons: [Int])
        case unsubscribed
        /// There is something to read at `watchedInput`.
        case inputReady
        /// There is something to read at `watchedFiles`.
        case filesChanged
        /// The peer does not take the files of `replaceCredentials`, or may not: those before are in use again.
        case credentialsRefused(MQTTError)
        /// SIGINT or SIGTERM came; see `stopSignals`.
        case stopped(signal: Int32)
        /// The moment that was waited for has come.
        case deadline
    }
}
