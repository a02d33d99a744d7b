import FoundationEssentials

/// What is sent to the device manager.
enum DeviceContent {
    /// `POST /template`.
    struct Template: Encodable {
        struct Attribute: Encodable {
            let label: String
            let type: String
            let valueType: String
            let staticValue: JSONValue?

            private enum CodingKeys: String, CodingKey {
                case label, type
                case valueType = "value_type"
                case staticValue = "static_value"
            }
        }

        let label: String
        let attrs: [Attribute]

        init(label: String, attributes: [Device.Attribute]) {
            self.label = label
            attrs = attributes.map {
                Attribute(label: $0.label, type: $0.kind, valueType: $0.valueType, staticValue: $0.staticValue)
            }
        }
    }

    /// `POST /device`.
    struct Draft: Encodable {
        let label: String
        let templates: [Int]
        /// Required since dojot 1.0 (dojot/device-manager, DeviceManager/SerializationModels.py, commit 285bf78); nil before.
        let disabled: Bool?
    }

    /// The text with all but RFC 3986's unreserved characters percent-encoded, for a query's value.
    static func queryValue(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.reduce(into: "") { result, byte in
            if byte.isPlain || byte == UInt8(ascii: "~") {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
    }
}
