/// The body of a request that creates or changes devices (dojot/device-manager, DeviceManager/DeviceHandler.py and
/// SerializationModels.py, v0.4.0, v0.8.0 and 1.0.0-rc.3).
struct DeviceDraft {
    let label: String
    /// The ids of the templates.
    let templates: [Int]
    /// nil for a random one.
    let id: String?
    let isDisabled: Bool

    /// The most characters of a label (DeviceManager/DatabaseModels.py, v0.4.0 and 1.0.0-rc.3).
    static let longestLabel = 128

    /// Reads it; 400 for what is wrong with it, 404 for a template that is not there, 500 for a template's id that is no number.
    ///
    /// - Parameter honorsID: Whether it may name the device's id: from 0.8 on, and for a single new device.
    init(_ call: Call, _ platform: Platform, honorsID: Bool) throws(Refusal) {
        let release = platform.options.release
        var reader = try FieldReader(call.request)
        label = try reader.string("label", longest: Self.longestLabel)
        let references = reader.list("templates", isRequired: release.knowsDisabledDevices)
        isDisabled = release.knowsDisabledDevices && reader.bool("disabled")
        try reader.check("failed to parse input")
        var own: String?
        if honorsID, release.honorsDeviceIDs, let value = reader.object["id"], value != .null {
            guard case .string(let text) = value else { throw .flask(500) }
            guard (2...6).contains(text.utf8.count), text.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
                throw .list("Device ID must be 2-6 characters and must be hexadecimal (0-9,a-f,A-F).")
            }
            own = text
        }
        id = own
        if case .array(let attributes)? = reader.object["attrs"] { try Self.checkRepeated(attributes) }
        var templates: [Int] = []
        for reference in references ?? [] {
            let number: Int?
            switch reference {
            case .integer(let value): number = Int(value)
            case .string(let text): number = Int(text)
            default: number = nil
            }
            guard let number else { throw .flask(500) }
            templates.append(number)
        }
        self.templates = templates
    }

    /// Checks the templates of a device: that they exist, and that no two have the same attribute (the trigger validate_device of
    /// DeviceManager/TenancyManager.py).
    static func check(_ templates: [Int], of device: String, in state: PlatformState) throws(Refusal) {
        var seen: Set<String> = []
        for id in templates {
            guard let template = state.templates.first(where: { $0.id == id }) else {
                throw TemplateRoutes.noTemplate("\(id)")
            }
            for attribute in template.attrs where !seen.insert("\(attribute.type) \(attribute.label)").inserted {
                throw Refusal(
                    400,
                    "Template (\(id)) cannot be added to device (\(device)) as it has standing attribute conflicts")
            }
        }
    }

    private static func checkRepeated(_ attributes: [JSONValue]) throws(Refusal) {
        var labels: Set<String> = []
        for attribute in attributes {
            guard case .object(let fields) = attribute, case .string(let label)? = fields["label"] else {
                throw .list("missing label attribute")
            }
            guard labels.insert(label).inserted else { throw .list("a device can not have repeated attributes") }
        }
    }
}

extension Refusal {
    /// A list with one text as the message: what device-manager makes of marshmallow's ValidationError.
    static func list(_ text: String) -> Refusal {
        struct Message: Encodable {
            let message: [String]
            let status = 400
        }
        return Refusal(.json(Message(message: [text]), status: 400))
    }
}
