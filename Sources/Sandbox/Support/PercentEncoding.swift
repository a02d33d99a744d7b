/// The percent-encoding of URLs and forms (RFC 3986, section 2.1).
enum PercentEncoding {
    /// Encodes all but the letters, digits and `-._~`.
    static func encode(_ text: String) -> String {
        text.utf8.reduce(into: "") { result, byte in
            let letter = Character(Unicode.Scalar(byte))
            if letter.isASCII, letter.isLetter || letter.isNumber || "-._~".contains(letter) {
                result.append(letter)
            } else {
                result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
    }

    /// Decodes a part of a form: a plus sign is a space; a percent sign without two hex digits after it stays as it is.
    static func decodeForm(_ text: some StringProtocol) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let decoded = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(decoded)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
