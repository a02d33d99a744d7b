import CMosquitto

/// A property of an MQTT 5 packet; MQTT 5, section 2.2.2.2.
public struct Property: Equatable, Sendable {
    /// The value, of the type that its identifier asks for.
    public enum Value: Equatable, Sendable {
        case byte(UInt8)
        case int16(UInt16)
        case int32(UInt32)
        case variable(UInt32)
        case binary([UInt8])
        case string(String)
        case pair(String, String)
    }

    /// The identifier as the specification numbers it, such as 38 for a user property.
    public let identifier: Int32
    public let value: Value

    public init(identifier: Int32, value: Value) {
        self.identifier = identifier
        self.value = value
    }

    /// Its name as libmosquitto spells it, such as "content-type".
    public var name: String { mosquitto_property_identifier_to_string(identifier).map { String(cString: $0) } ?? "" }

    /// Reads a property as mosquitto_pub's `-D` writes it: the name, then one value, or key and value of a user property.
    ///
    /// - Throws: `.invalid` for an unknown name and for a value out of its range.
    public init(name: String, values: [String]) throws(MQTTError) {
        var identifier: Int32 = 0
        var type: Int32 = 0
        guard mosquitto_string_to_property_info(name, &identifier, &type) == 0 else {
            throw MQTTError(.invalid, "unknown property \"\(name)\"")
        }
        let wanted = type == Int32(MQTT_PROP_TYPE_STRING_PAIR.rawValue) ? 2 : 1
        guard values.count == wanted else {
            throw MQTTError(.invalid, "property \(name) takes \(wanted == 2 ? "a key and a value" : "one value")")
        }
        guard let value = Property.value(values, type: type) else {
            throw MQTTError(.invalid, "\"\(values[0])\" is out of range for property \(name)")
        }
        self.init(identifier: identifier, value: value)
    }

    /// Whether a property of that name takes a key and a value.
    public static func takesPair(_ name: String) -> Bool {
        var identifier: Int32 = 0
        var type: Int32 = 0
        return mosquitto_string_to_property_info(name, &identifier, &type) == 0
            && type == Int32(MQTT_PROP_TYPE_STRING_PAIR.rawValue)
    }

    private static func value(_ words: [String], type: Int32) -> Value? {
        switch UInt32(type) {
        case MQTT_PROP_TYPE_BYTE.rawValue: UInt8(words[0]).map { .byte($0) }
        case MQTT_PROP_TYPE_INT16.rawValue: UInt16(words[0]).map { .int16($0) }
        case MQTT_PROP_TYPE_INT32.rawValue: UInt32(words[0]).map { .int32($0) }
        case MQTT_PROP_TYPE_VARINT.rawValue: UInt32(words[0]).map { .variable($0) }
        case MQTT_PROP_TYPE_BINARY.rawValue: words[0].utf8.count <= 65535 ? .binary(Array(words[0].utf8)) : nil
        case MQTT_PROP_TYPE_STRING.rawValue: .string(words[0])
        case MQTT_PROP_TYPE_STRING_PAIR.rawValue: .pair(words[0], words[1])
        default: nil
        }
    }
}

/// The packets that properties go into, by libmosquitto's numbers: those of MQTT 5, section 2.1.2, without flags.
public enum PropertyTarget: Int32, Sendable {
    case connect = 0x10
    case publish = 0x30
    case subscribe = 0x80
    case unsubscribe = 0xA0
    case disconnect = 0xE0
    case will = 0x100
}

extension Property {
    /// Only a broker writes a subscription identifier into a PUBLISH packet; MQTT 5, section 3.3.4.
    private func mayBe(in target: PropertyTarget) -> Bool {
        if target == .publish && identifier == Int32(MQTT_PROP_SUBSCRIPTION_IDENTIFIER.rawValue) { return false }
        return mosquitto_property_check_command(target.rawValue, identifier) == 0
    }

    /// Checks that all of `properties` may be in that packet, and none twice that may not.
    public static func check(_ properties: [Property], for target: PropertyTarget) throws(MQTTError) {
        let list = try PropertyList(properties)
        for property in properties where !property.mayBe(in: target) {
            throw MQTTError(.invalid, "property \(property.name) does not belong in a \(target) packet")
        }
        guard list.withPointer({ mosquitto_property_check_all(target.rawValue, $0) }) == 0 else {
            throw MQTTError(.invalid, "the properties of the \(target) packet contradict each other or occur twice")
        }
    }
}
