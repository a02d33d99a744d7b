import Foundation

/// Texts that try to do more than to be read.
enum HostileText {
    /// Colours, a bell, an 8-bit command, a direction mark, a line separator, and a line of its own.
    static let words = "x\u{1B}[31mred\u{7}\u{9B}2J\u{202E}gnp\u{2028}y\r\ndojot-device: error: forged"

    /// The words as a JSON string.
    static let json = string(words)

    /// A token that nobody signed, which is enough for a server that does not look.
    static let token = token(username: "ana")

    static func token(username: String) -> String {
        let payload = #"{"service":"admin","username":\#(string(username)),"iat":4000000000,"exp":4000000420}"#
        return [#"{"alg":"HS256"}"#, payload, "signature"].map { base64URL(Data($0.utf8)) }.joined(separator: ".")
    }

    private static func string(_ text: String) -> String {
        // A string always can be encoded.
        (try? JSONEncoder().encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    private static func base64URL(_ data: Data) -> String {
        data.base64EncodedString().replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }
}
