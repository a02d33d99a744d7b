/// The message that the broker publishes where the client goes without a DISCONNECT; MQTT 3.1.1, section 3.1.2.5.
public struct Will: Equatable, Sendable {
    public var topic: String
    public var payload: [UInt8]
    public var qualityOfService: QualityOfService
    public var isRetained: Bool
    /// Properties of MQTT 5; must be empty before.
    public var properties: [Property]

    public init(
        topic: String, payload: [UInt8] = [], qualityOfService: QualityOfService = .atMostOnce,
        isRetained: Bool = false, properties: [Property] = []
    ) {
        self.topic = topic
        self.payload = payload
        self.qualityOfService = qualityOfService
        self.isRetained = isRetained
        self.properties = properties
    }
}
