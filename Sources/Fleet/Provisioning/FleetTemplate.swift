public import Dojot
import FoundationEssentials

/// The template of the devices that are made for a fleet.
public struct FleetTemplate: Sendable, Equatable {
    /// What it is called; nil for the devices' label prefix.
    public let label: String?
    public let attributes: [Device.Attribute]

    /// What is made where none is given: a temperature and a switch that the device publishes, and an actuator.
    public static let usual = FleetTemplate(
        label: nil,
        attributes: [
            Device.Attribute(label: "temperature", kind: "dynamic", valueType: "float"),
            Device.Attribute(label: "on", kind: "dynamic", valueType: "bool"),
            Device.Attribute(label: "reset", kind: "actuator", valueType: "bool"),
        ])

    private init(label: String?, attributes: [Device.Attribute]) {
        (self.label, self.attributes) = (label, attributes)
    }

    /// Reads one as the device manager takes it: `{"label": …, "attrs": [{"label", "type", "value_type", "static_value"?}]}`.
    ///
    /// - Throws: `FleetError` with `.invalidTemplate`.
    public init(json: [UInt8]) throws(FleetError) {
        let content: Content
        do {
            content = try JSONDecoder().decode(Content.self, from: Data(json))
        } catch {
            throw FleetError(
                .invalidTemplate, "the template is no JSON object with \"attrs\"",
                hint: #"such as {"attrs": [{"label": "temperature", "type": "dynamic", "value_type": "float"}]}"#)
        }
        guard !content.attrs.isEmpty else {
            throw FleetError(.invalidTemplate, "the template has no attributes")
        }
        label = content.label
        attributes = content.attrs.map {
            Device.Attribute(label: $0.label, kind: $0.type, valueType: $0.valueType, staticValue: $0.staticValue)
        }
    }

    private struct Content: Decodable {
        struct Attribute: Decodable {
            let label, type, valueType: String
            let staticValue: JSONValue?

            private enum CodingKeys: String, CodingKey {
                case label, type
                case valueType = "value_type"
                case staticValue = "static_value"
            }
        }

        let label: String?
        let attrs: [Attribute]
    }
}
