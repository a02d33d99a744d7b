import Foundation
import TestSupport

/// A JSON web token in its parts, for tests that look at one or change it.
struct TokenParts {
    var header: [String: Any]
    var claims: [String: Any]
    let content: String
    let signature: Data

    init(_ token: String) throws {
        let parts = token.split(separator: ".").map(String.init)
        guard parts.count == 3 else { throw SupportError("\(token) is no token") }
        header = try Self.object(parts[0])
        claims = try Self.object(parts[1])
        content = parts[0] + "." + parts[1]
        signature = try Self.decode(parts[2])
    }

    /// A token of these header and claims, with a signature that cannot be right unless it is given.
    static func text(_ header: [String: Any], _ claims: [String: Any], signature: Data = Data("none".utf8)) throws
        -> String
    {
        let parts = try [header, claims].map { encode(try JSONSerialization.data(withJSONObject: $0)) }
        return parts.joined(separator: ".") + "." + encode(signature)
    }

    static func encode(_ bytes: Data) -> String {
        bytes.base64EncodedString().replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }

    static func decode(_ text: String) throws -> Data {
        let standard = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        guard let data = Data(base64Encoded: standard + String(repeating: "=", count: (4 - standard.count % 4) % 4))
        else {
            throw SupportError("\(text) is no Base64")
        }
        return data
    }

    private static func object(_ text: String) throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: decode(text)) as? [String: Any] ?? [:]
    }
}
