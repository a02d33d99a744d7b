/// A device as device-manager shows it, with its attributes by template (dojot/device-manager, DeviceManager/DeviceHandler.py,
/// serialize_full_device, v0.8.0; `disabled` from 1.0.0-rc.3).
struct ShownDevice: Encodable {
    let id: String
    let label: String
    let created: String
    let updated: String?
    let templates: [Int]
    /// nil up to 0.8, which have no such field.
    let disabled: Bool?
    let attrs: [String: [ShownTemplate.Attribute]]

    init(_ device: Device, _ state: PlatformState, _ options: SandboxOptions) {
        id = device.id
        label = device.label
        created = device.created
        updated = device.updated
        templates = device.templates
        disabled = options.release.knowsDisabledDevices ? device.isDisabled : nil
        let used = state.templates.filter { device.templates.contains($0.id) }
        let attributes = used.map { template in
            ("\(template.id)", template.attrs.map { ShownTemplate.Attribute($0, ofDevice: true) })
        }
        attrs = Dictionary(attributes) { first, _ in first }
    }

    /// Whether an attribute can be set by an actuation.
    func hasActuator(_ name: String) -> Bool {
        attrs.values.joined().contains { $0.attribute.label == name && $0.attribute.type == "actuator" }
    }
}

/// A template as device-manager shows it: with its attributes, and with the same once more in two parts.
struct ShownTemplate: Encodable {
    /// An attribute; of a device, one with a static value says too whether the device has a value of its own.
    struct Attribute: Encodable {
        let attribute: DeviceTemplate.Attribute
        private let isStaticOverridden: Bool?

        private enum CodingKeys: String, CodingKey {
            case isStaticOverridden = "is_static_overridden"
        }

        init(_ attribute: DeviceTemplate.Attribute, ofDevice: Bool) {
            self.attribute = attribute
            isStaticOverridden = ofDevice && attribute.staticValue != nil ? false : nil
        }

        func encode(to encoder: any Encoder) throws {
            try attribute.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encodeIfPresent(isStaticOverridden, forKey: .isStaticOverridden)
        }
    }

    private let id: Int
    private let label: String
    private let created: String
    private let attrs: [Attribute]
    private let dataAttributes: [Attribute]
    private let configAttributes: [Attribute]

    private enum CodingKeys: String, CodingKey {
        case id, label, created, attrs
        case dataAttributes = "data_attrs"
        case configAttributes = "config_attrs"
    }

    init(_ template: DeviceTemplate) {
        id = template.id
        label = template.label
        created = template.created
        attrs = template.attrs.map { Attribute($0, ofDevice: false) }
        let dataTypes: Set<String> = ["static", "dynamic", "actuator"]
        dataAttributes = attrs.filter { dataTypes.contains($0.attribute.type) }
        configAttributes = attrs.filter { !dataTypes.contains($0.attribute.type) }
    }
}
