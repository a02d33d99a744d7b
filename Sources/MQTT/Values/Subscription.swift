/// What to subscribe to in one SUBSCRIBE packet.
public struct Subscription: Equatable, Sendable {
    /// Topic filters; "+" stands for one level, "#" for all that follow.
    public var filters: [String]
    public var qualityOfService: QualityOfService
    /// The subscription options of MQTT 5 (section 3.8.3.1) without the QoS; 0 before.
    public var options: Int32
    /// Properties of MQTT 5; must be empty before.
    public var properties: [Property]

    public init(
        _ filters: [String], qualityOfService: QualityOfService = .atMostOnce, options: Int32 = 0,
        properties: [Property] = []
    ) {
        self.filters = filters
        self.qualityOfService = qualityOfService
        self.options = options
        self.properties = properties
    }
}
