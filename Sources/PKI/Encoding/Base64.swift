/// Base64 by RFC 4648, section 4, in one line or many.
public enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The value of each letter, or 0xFF.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()

    /// Whether a byte can be part of base64, padding included.
    static func isLetter(_ byte: UInt8) -> Bool { values[Int(byte)] != 0xFF || byte == UInt8(ascii: "=") }

    /// Encodes bytes; lines end in LF, the last one has no end.
    ///
    /// - Parameter lineLength: letters a line, a multiple of 4: 76 (RFC 2045), 64 (RFC 7468); nil for one line.
    public static func encode(_ bytes: [UInt8], lineLength: Int? = nil) -> String {
        String(decoding: letters(bytes, lineLength: lineLength), as: UTF8.self)
    }

    /// The letters that ``encode(_:lineLength:)`` makes a string of.
    static func letters(_ bytes: [UInt8], lineLength: Int?) -> [UInt8] {
        var letters: [UInt8] = []
        letters.reserveCapacity(bytes.count / 3 * 4 + 4 + bytes.count / 36)
        var column = 0
        var index = 0
        while index < bytes.count {
            if let lineLength, column >= lineLength {
                letters.append(UInt8(ascii: "\n"))
                column = 0
            }
            let second = index + 1 < bytes.count ? bytes[index + 1] : 0
            let third = index + 2 < bytes.count ? bytes[index + 2] : 0
            letters.append(alphabet[Int(bytes[index] >> 2)])
            letters.append(alphabet[Int(bytes[index] << 4 & 0x30 | second >> 4)])
            letters.append(index + 1 < bytes.count ? alphabet[Int(second << 2 & 0x3C | third >> 6)] : UInt8(ascii: "="))
            letters.append(index + 2 < bytes.count ? alphabet[Int(third & 0x3F)] : UInt8(ascii: "="))
            index += 3
            column += 4
        }
        return letters
    }

    /// Decodes base64 with line breaks (LF or CRLF) or none; anything else in it is an error.
    ///
    /// - Throws: ``PKIError/Code/malformed``, with the position of the first byte that does not belong there.
    public static func decode(_ text: String) throws(PKIError) -> [UInt8] { try decode(letters: text.utf8) }

    /// Decodes the letters that ``decode(_:)`` takes out of a string.
    static func decode(letters: some Collection<UInt8>) throws(PKIError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(letters.count / 4 * 3)
        var group: UInt32 = 0
        var count = 0
        var padding = 0
        for (offset, letter) in letters.enumerated() {
            if letter == UInt8(ascii: "\n") || letter == UInt8(ascii: "\r") { continue }
            // Padding closes the text: only line breaks may follow its group.
            if letter == UInt8(ascii: "="), count >= 2 {
                padding += 1
                group <<= 6
            } else {
                let value = values[Int(letter)]
                guard value != 0xFF, padding == 0 else {
                    throw PKIError(code: .malformed, message: "not base64: unexpected character at byte \(offset)")
                }
                group = group << 6 | UInt32(value)
            }
            count += 1
            guard count == 4 else { continue }
            guard group & (1 << (8 * UInt32(padding)) - 1) == 0 else {
                throw PKIError(
                    code: .malformed, message: "not base64: the last letter has bits that belong to no byte")
            }
            bytes.append(UInt8(truncatingIfNeeded: group >> 16))
            if padding < 2 { bytes.append(UInt8(truncatingIfNeeded: group >> 8)) }
            if padding < 1 { bytes.append(UInt8(truncatingIfNeeded: group)) }
            (group, count) = (0, 0)
        }
        guard count == 0 else {
            throw PKIError(code: .malformed, message: "not base64: it ends in the middle of a group of four")
        }
        return bytes
    }
}
