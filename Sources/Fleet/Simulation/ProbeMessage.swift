import Payload

/// What a probe says: one attribute with a number, by which it is known again.
enum ProbeMessage {
    /// `{"reset":7}`.
    static func json(_ attribute: String, _ number: Int64) -> [UInt8] {
        var object = [UInt8(ascii: "{")]
        JSONText.append(string: attribute, to: &object)
        object.append(UInt8(ascii: ":"))
        JSONText.append(number, to: &object)
        object.append(UInt8(ascii: "}"))
        return object
    }
}
