/// What a simulated device publishes when the platform tells it something on its config topic.
public struct ConfigResponse: Sendable, Equatable {
    /// Which of what came is published again, as the device's attributes.
    public enum Setting: Sendable, Equatable {
        case none, all
        case named([String])
    }

    /// The attribute whose value is all that came; nil for none.
    public let acknowledgement: String?
    /// The attributes of what came that the device has from now on.
    public let setting: Setting

    /// Says what is published.
    public init(acknowledgement: String? = nil, setting: Setting = .none) {
        (self.acknowledgement, self.setting) = (acknowledgement, setting)
    }

    /// Reads `{"acknowledge": "lastConfig", "set": ["mode"]}`, or `"set": true` for all; one of the two may be missing.
    ///
    /// - Throws: `PayloadError` with the position of what is wrong.
    init(_ element: JSONElement) throws(PayloadError) {
        var members = try element.members(for: "config")
        let (acknowledge, set) = (members.take("acknowledge"), members.take("set"))
        try members.finish()
        guard acknowledge != nil || set != nil else {
            throw element.error(#"config says what is done: {"acknowledge": "lastConfig"}, or {"set": ["mode"]}"#)
        }
        acknowledgement = try acknowledge.map { (value) throws(PayloadError) in try value.string(for: "acknowledge") }
        guard acknowledgement != "" else { throw PayloadError("an attribute has a name", at: acknowledge?.position) }
        setting = try set.map { (value) throws(PayloadError) in try ConfigResponse.setting(value) } ?? .none
    }

    private static func setting(_ element: JSONElement) throws(PayloadError) -> Setting {
        switch element.content {
        case .boolean(true): return .all
        case .boolean(false): return .none
        case .array(let values):
            return .named(
                try values.map { (value) throws(PayloadError) in try value.string(for: "an attribute in set") })
        default: throw element.error("set is true for all that comes, or the names of attributes: [\"mode\"]")
        }
    }

    /// The object that is published for what came; nil where there is nothing to say, or what came is no JSON object.
    public func publication(for payload: [UInt8]) -> [UInt8]? {
        guard let config = try? JSONElement(object: payload), case .object(let members) = config.content else {
            return nil
        }
        var object = ObjectWriter()
        if let acknowledgement { object.add(acknowledgement, config.text) }
        // Of a name that comes twice the last one counts, as it does on the platform.
        var seen: Set<String> = []
        for member in members.reversed() where isSet(member.name) && seen.insert(member.name).inserted {
            object.add(member.name, member.value.text)
        }
        return object.bytes
    }

    private func isSet(_ name: String) -> Bool {
        if name == acknowledgement { return false }
        return switch setting {
        case .none: false
        case .all: true
        case .named(let names): names.contains(name)
        }
    }
}

/// An object in the making.
private struct ObjectWriter {
    private var content: [UInt8] = []

    mutating func add(_ name: String, _ value: ArraySlice<UInt8>) {
        if !content.isEmpty { content.append(UInt8(ascii: ",")) }
        JSONText.append(string: name, to: &content)
        content.append(UInt8(ascii: ":"))
        content += value
    }

    /// The object; nil where nothing is in it.
    var bytes: [UInt8]? { content.isEmpty ? nil : [UInt8(ascii: "{")] + content + [UInt8(ascii: "}")] }
}
