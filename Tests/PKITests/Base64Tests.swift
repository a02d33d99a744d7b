import Foundation
import PKI
import TestSupport
import Testing

@Suite struct Base64Tests {
    /// RFC 4648, section 10, and what follows from it.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func theVectorsOfTheStandardHold(plain: String, encoded: String) throws {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        #expect(try Base64.decode(encoded) == Array(plain.utf8))
        #expect(try Base64.decode(encoded + "\n") == Array(plain.utf8))
        #expect(try Base64.decode(encoded + "\r\n") == Array(plain.utf8))
    }

    @Test(arguments: [nil, 4, 64, 76])
    func itAgreesWithFoundationOnAnyBytes(lineLength: Int?) throws {
        for count in 0..<200 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255) }
            let encoded = Base64.encode(bytes, lineLength: lineLength)
            let lines = encoded.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.joined() == Data(bytes).base64EncodedString())
            #expect(lines.dropLast().allSatisfy { $0.utf8.count == lineLength })
            #expect((lines.last?.utf8.count ?? 0) <= lineLength ?? .max)
            #expect(try Base64.decode(encoded) == bytes)
            #expect(try Base64.decode(encoded.replacing("\n", with: "\r\n")) == bytes)
        }
    }

    @Test(arguments: [
        ("Zm9v Zm9v", "not base64: unexpected character at byte 4"),
        ("-----BEGIN", "not base64: unexpected character at byte 0"),
        ("Zm9_", "not base64: unexpected character at byte 3"),
        ("Zm9é", "not base64: unexpected character at byte 3"),
        ("Zg==Zg==", "not base64: unexpected character at byte 4"),
        ("Zg=a", "not base64: unexpected character at byte 3"),
        ("Zh==", "not base64: the last letter has bits that belong to no byte"),
        ("Zm9=", "not base64: the last letter has bits that belong to no byte"),
        ("=", "not base64: unexpected character at byte 0"),
        ("Z===", "not base64: unexpected character at byte 1"),
        ("Zg=", "not base64: it ends in the middle of a group of four"),
        ("Zg===", "not base64: unexpected character at byte 4"),
        ("Zg", "not base64: it ends in the middle of a group of four"),
        ("Zm9vZ", "not base64: it ends in the middle of a group of four"),
    ])
    func anythingElseIsRefusedWithItsPosition(text: String, message: String) throws {
        #expect(throws: PKIError(code: .malformed, message: message)) { try Base64.decode(text) }
    }
}
