/// What a kind of device reports and obeys.
struct DeviceTemplate: Codable, Sendable, Equatable {
    /// One value of a device of that kind.
    struct Attribute: Codable, Sendable, Equatable {
        var id: Int
        var label: String
        /// "dynamic", "static", "meta" or "actuator".
        var type: String
        var value_type: String
        var static_value: JSONValue?
        var template_id: String
        var created: String
    }

    static let attributeTypes: Set<String> = ["dynamic", "static", "meta", "actuator"]

    var id: Int
    var label: String
    var created: String
    var attrs: [Attribute]
}
