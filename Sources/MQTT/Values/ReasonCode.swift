import CMosquitto

/// The texts of the codes with which a broker answers.
public enum ReasonCode {
    /// A reason code of MQTT 5, section 2.4, such as "not authorized" for 135.
    public static func text(_ reason: Int) -> String {
        lowered(String(cString: mosquitto_reason_string(Int32(reason))))
    }

    /// A return code of an MQTT 3.1.1 CONNACK, section 3.2.2.3.
    static func connackText(_ reason: Int) -> String {
        let text = String(cString: mosquitto_connack_string(Int32(reason)))
        // "Connection Refused: not authorised.", its capital letter included.
        let mark = ": "
        guard let start = text.firstRange(of: mark) else { return lowered(text) }
        return lowered(String(text[start...].dropFirst(mark.count)))
    }

    private static func lowered(_ text: String) -> String {
        let plain = text.last == "." ? String(text.dropLast()) : text
        return plain.prefix(1).lowercased() + plain.dropFirst()
    }
}

extension String {
    /// Where `part` first begins.
    fileprivate func firstRange(of part: String) -> String.Index? {
        indices.first { self[$0...].hasPrefix(part) }
    }
}
