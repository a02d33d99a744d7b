/// A message that the broker delivered.
public struct Message: Equatable, Sendable {
    public let topic: String
    public let payload: [UInt8]
    public let qualityOfService: QualityOfService
    /// Whether the broker had kept it, and it is not fresh.
    public let isRetained: Bool
    /// The packet identifier, 1 to 65535; 0 at QoS 0.
    public let identifier: Int32
    /// The properties of MQTT 5; empty before.
    public let properties: [Property]

    public init(
        topic: String, payload: [UInt8], qualityOfService: QualityOfService = .atMostOnce, isRetained: Bool = false,
        identifier: Int32 = 0, properties: [Property] = []
    ) {
        self.topic = topic
        self.payload = payload
        self.qualityOfService = qualityOfService
        self.isRetained = isRetained
        self.identifier = identifier
        self.properties = properties
    }
}
