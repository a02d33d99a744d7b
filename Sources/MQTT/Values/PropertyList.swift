import CMosquitto
import Glibc

/// A list of MQTT 5 properties as libmosquitto keeps them; freed with it.
final class PropertyList {
    /// The first of the list; nil where it is empty.
    private var first: OpaquePointer?

    init(_ properties: [Property]) throws(MQTTError) {
        for property in properties {
            let code = PropertyList.add(property, to: &first)
            guard code == 0 else {
                throw MQTTError(.invalid, "property \(property.name) has a value that MQTT does not allow")
            }
        }
    }

    /// Hands the list over for the length of a call: the object could be gone before a pointer taken out of it was used.
    func withPointer<Result>(_ body: (OpaquePointer?) -> Result) -> Result {
        withExtendedLifetime(self) { body(first) }
    }

    /// Gives the list away: who took it frees it.
    func release() { first = nil }

    deinit { mosquitto_property_free_all(&first) }

    private static func add(_ property: Property, to list: inout OpaquePointer?) -> Int32 {
        let identifier = property.identifier
        switch property.value {
        case .byte(let value): return mosquitto_property_add_byte(&list, identifier, value)
        case .int16(let value): return mosquitto_property_add_int16(&list, identifier, value)
        case .int32(let value): return mosquitto_property_add_int32(&list, identifier, value)
        case .variable(let value): return mosquitto_property_add_varint(&list, identifier, value)
        case .binary(let value):
            return mosquitto_property_add_binary(&list, identifier, value, UInt16(value.count))
        case .string(let value): return mosquitto_property_add_string(&list, identifier, value)
        case .pair(let key, let value): return mosquitto_property_add_string_pair(&list, identifier, key, value)
        }
    }

    /// Copies what libmosquitto hands over for the length of a callback.
    static func read(_ list: OpaquePointer?) -> [Property] {
        var properties: [Property] = []
        var next = list
        while let property = next {
            let identifier = mosquitto_property_identifier(property)
            if let value = value(of: property, identifier) {
                properties.append(Property(identifier: identifier, value: value))
            }
            next = mosquitto_property_next(property)
        }
        return properties
    }

    private static func value(of property: OpaquePointer, _ identifier: Int32) -> Property.Value? {
        var byte: UInt8 = 0
        var int16: UInt16 = 0
        var int32: UInt32 = 0
        if mosquitto_property_read_byte(property, identifier, &byte, false) != nil { return .byte(byte) }
        if mosquitto_property_read_int16(property, identifier, &int16, false) != nil { return .int16(int16) }
        if mosquitto_property_read_int32(property, identifier, &int32, false) != nil { return .int32(int32) }
        if mosquitto_property_read_varint(property, identifier, &int32, false) != nil { return .variable(int32) }
        return text(of: property, identifier)
    }

    private static func text(of property: OpaquePointer, _ identifier: Int32) -> Property.Value? {
        var first: UnsafeMutablePointer<CChar>?
        var second: UnsafeMutablePointer<CChar>?
        var binary: UnsafeMutableRawPointer?
        var length: UInt16 = 0
        defer {
            free(first)
            free(second)
            free(binary)
        }
        if mosquitto_property_read_string(property, identifier, &first, false) != nil, let first {
            return .string(String(cString: first))
        }
        if mosquitto_property_read_string_pair(property, identifier, &first, &second, false) != nil, let first,
            let second
        {
            return .pair(String(cString: first), String(cString: second))
        }
        if mosquitto_property_read_binary(property, identifier, &binary, &length, false) != nil {
            return .binary(Array(UnsafeRawBufferPointer(start: binary, count: binary == nil ? 0 : Int(length))))
        }
        return nil
    }
}
