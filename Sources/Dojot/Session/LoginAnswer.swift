import FoundationEssentials
import HTTP

/// The answer to a login, `{"jwt": …}`, read without a copy of the token in a String, which could not be wiped.
enum LoginAnswer {
    /// The token; nil where the answer is not of this form.
    static func token(in body: [UInt8]) -> Secret? {
        guard let range = range(of: "jwt", in: body) else { return nil }
        let rest = body[..<range.lowerBound] + body[range.upperBound...]
        // Without it the answer must be JSON with an empty token in that very place.
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(rest)), answer.jwt.isEmpty else {
            return nil
        }
        return Secret(copying: body[range])
    }

    private struct Answer: Decodable {
        let jwt: String
    }

    /// The range of the value of the first member with this name: nothing in a token is escaped in JSON.
    static func range(of member: String, in body: [UInt8]) -> Range<Int>? {
        let name = Array("\"\(member)\"".utf8)
        guard let start = body.indices.first(where: { body[$0...].starts(with: name) }) else { return nil }
        let afterName = body[(start + name.count)...].drop(while: isBlank)
        guard afterName.first == UInt8(ascii: ":") else { return nil }
        let value = afterName.dropFirst().drop(while: isBlank)
        guard value.first == UInt8(ascii: "\"") else { return nil }
        let token = value.dropFirst().prefix { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
        return token.startIndex..<token.endIndex
    }

    /// White space of JSON (RFC 8259 section 2).
    private static func isBlank(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }
}
