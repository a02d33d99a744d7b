import HTTP

/// Content of the type application/x-www-form-urlencoded, made without a copy of a secret in a String, which could not be wiped.
enum FormContent {
    /// One value.
    enum Value {
        case text(String)
        /// Its bytes are taken for UTF-8.
        case secret(Secret)

        fileprivate var count: Int {
            switch self {
            case .text(let text): text.utf8.count
            case .secret(let secret): secret.count
            }
        }
    }

    /// `name=value&name=value`, all but RFC 3986's unreserved characters percent-encoded.
    static func encode(_ fields: [(name: String, value: Value)]) -> [UInt8] {
        var content: [UInt8] = []
        // Each byte of a value takes three at most: the array does not grow, and so leaves no copy behind.
        content.reserveCapacity(fields.reduce(0) { $0 + $1.name.utf8.count + 2 + 3 * $1.value.count })
        for (name, value) in fields {
            if !content.isEmpty { content.append(UInt8(ascii: "&")) }
            content += Array("\(name)=".utf8)
            switch value {
            case .text(let text): append(text.utf8, to: &content)
            case .secret(let secret): secret.withBytes { append($0, to: &content) }
            }
        }
        return content
    }

    private static func append(_ bytes: some Sequence<UInt8>, to content: inout [UInt8]) {
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in bytes {
            if byte.isPlain || byte == UInt8(ascii: "~") {
                content.append(byte)
            } else {
                content += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
    }
}
