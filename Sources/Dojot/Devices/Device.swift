/// A device as the device manager knows it. Its texts are the server's, without control characters.
public struct Device: Equatable, Sendable {
    /// One attribute of one of its templates.
    public struct Attribute: Equatable, Sendable {
        /// What it is called in what the device publishes, or is told.
        public let label: String
        /// "dynamic", "static", "meta" or "actuator".
        public let kind: String
        /// "float", "bool", "string" and others.
        public let valueType: String
        /// The value of a static attribute.
        public let staticValue: JSONValue?

        /// An attribute of its parts.
        public init(label: String, kind: String, valueType: String, staticValue: JSONValue? = nil) {
            (self.label, self.kind, self.valueType, self.staticValue) = (label, kind, valueType, staticValue)
        }
    }

    /// Its id: usually 5 or 6 hexadecimal digits.
    public let id: String
    /// What its owner calls it.
    public let label: String
    /// When it was made, as the platform writes it; nil where it does not tell.
    public let created: String?
    /// The ids of its templates.
    public let templates: [Int]
    /// The attributes of all its templates, in their order.
    public let attributes: [Attribute]
    /// Whether it is disabled: then the platform discards what it publishes, without an answer. Nil before dojot 1.0, which added
    /// the field (dojot/device-manager, commit 285bf78; dojot/dojot, connector/mqtt/vernemq/v2k-bridge/app/MQTTClient.js).
    public let disabled: Bool?

    /// Whether the platform discards what it publishes.
    public var isDisabled: Bool { disabled ?? false }
}

/// A template that was made: a kind of device.
public struct DeviceTemplate: Equatable, Sendable {
    /// Its id.
    public let id: Int
    /// What its owner calls it.
    public let label: String
}

/// One value of one attribute, as the platform stored it.
public struct Sample: Equatable, Sendable {
    /// The attribute's label.
    public let attribute: String
    /// When it was measured or came in, in ISO 8601, as the platform writes it.
    public let time: String
    /// The value.
    public let value: JSONValue

    /// The attribute's label fit to be shown.
    public var shownAttribute: String { ServerText.cleaned(attribute) }
}
