/// What a simulated device does that takes time, and that may fail; the names are those of reports and of Locust's page.
public enum Operation: String, CaseIterable, Sendable, Codable, CodingKeyRepresentable {
    /// From when the connection was due to its CONNACK: name, TCP, TLS and MQTT.
    case connect
    /// From when the publication was due to its PUBACK; at QoS 0 to when it was handed to the connection.
    case publish
    /// From SUBSCRIBE to SUBACK.
    case subscribe
    /// End to end, config to device: from when the platform was to be told to when the device heard of it.
    case receive = "recv"
    /// End to end, attrs to history: from when the publication was due to when an answer of the platform's history first had it.
    case history
    /// From the request for another certificate to the CONNACK with it.
    case renew
    /// From the request to take a certificate back to the platform's answer.
    case revoke

    /// Those from one end to the other, through the whole platform, and which way they go.
    public static let endToEnd: [(operation: Operation, way: String)] = [
        (.receive, "config to device"), (.history, "attrs to history"),
    ]
}

/// What becomes of a device's certificate in a scenario; every figure is told apart by it.
public enum Cohort: String, CaseIterable, Sendable, Codable, CodingKeyRepresentable {
    /// Nothing happens to it.
    case healthy
    /// Another one takes its place while the device is at work.
    case renewed
    /// It is taken back: the device must be off, and stay off.
    case revoked
    /// Its time runs out, and no other takes its place.
    case expired
}
