import Dojot

/// A device as a script reads it.
struct DeviceReport: Encodable {
    struct Attribute: Encodable {
        let label, kind, valueType: String
        let staticValue: JSONValue?
    }

    let id, label: String
    let created: String?
    /// Nil before dojot 1.0.
    let disabled: Bool?
    let templates: [Int]
    let attributes: [Attribute]

    init(_ device: Device) {
        id = device.id
        label = device.label
        created = device.created
        disabled = device.disabled
        templates = device.templates
        attributes = device.attributes.map {
            Attribute(label: $0.label, kind: $0.kind, valueType: $0.valueType, staticValue: $0.staticValue)
        }
    }
}
