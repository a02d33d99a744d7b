import MQTT

extension MQTTClient.Options {
    /// Has the broker keep the session while there is no connection, for as long as the command runs: nothing that was not acknowledged,
    /// by either side, is lost then. At the end the broker is told to forget it.
    mutating func makeSessionLast() {
        if clientIdentifier == nil { clientIdentifier = "dojot-device-\(UInt32.random(in: .min ... .max))" }
        guard cleanSession else { return }
        cleanSession = false
        guard version == .v5, !hasSessionExpiry else { return }
        connectProperties.append(Property(identifier: SessionExpiry.identifier, value: .int32(3600)))
    }

    /// Whether a flag says for how long the broker keeps the session (MQTT 5).
    var hasSessionExpiry: Bool { connectProperties.contains { $0.identifier == SessionExpiry.identifier } }
}

extension MQTTClient {
    /// Connects to a session of its own that lasts: what an earlier run may have left in it is forgotten.
    func connectToNewSession() throws(MQTTError) {
        if try connect() { try renewSession() }
    }
}
