import HTTP

/// The content of a login, made without a copy of the password in a String, which could not be wiped.
enum LoginContent {
    /// `{"username": …, "passwd": …}` (RFC 8259); the password's bytes are taken for UTF-8.
    static func json(username: String, password: Secret) -> [UInt8] {
        var content: [UInt8] = []
        // Each byte takes six at most: the array does not grow, and so leaves no copy behind.
        content.reserveCapacity(64 + 6 * (username.utf8.count + password.count))
        content += Array(#"{"username": ""#.utf8)
        append(username.utf8, to: &content)
        content += Array(#"", "passwd": ""#.utf8)
        password.withBytes { append($0, to: &content) }
        content += Array(#""}"#.utf8)
        return content
    }

    private static func append(_ text: some Sequence<UInt8>, to content: inout [UInt8]) {
        let digits = Array("0123456789abcdef".utf8)
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): content += [UInt8(ascii: "\\"), byte]
            case 0..<0x20:
                content += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: content.append(byte)
            }
        }
    }
}
