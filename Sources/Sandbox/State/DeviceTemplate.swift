/// What a kind of device reports and obeys.
struct DeviceTemplate: Codable, Sendable, Equatable {
    /// One value of a device of that kind.
    struct Attribute: Codable, Sendable, Equatable {
        var id: Int
        var label: String
        /// "dynamic", "static", "meta" or "actuator".
        var type: String
        var valueType: String
        var staticValue: JSONValue?
        var templateID: String
        var created: String

        private enum CodingKeys: String, CodingKey {
            case id, label, type, created
            case valueType = "value_type"
            case staticValue = "static_value"
            case templateID = "template_id"
        }
    }

    var id: Int
    var label: String
    var created: String
    var attrs: [Attribute]
}
