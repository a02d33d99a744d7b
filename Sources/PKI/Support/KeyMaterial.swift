/// Tells private keys from other text, so that what is read for something else is not quoted in a message.
public enum KeyMaterial {
    /// Whether a file holds a private key, in PEM, DER or base64 without PEM lines, whole or damaged, also in UTF-16.
    public static func isLikely(in bytes: [UInt8]) -> Bool {
        let most = 1 << 16
        let text = bytes.prefix(most).filter { $0 != 0 }
        if text.firstRange(of: Array("PRIVATE KEY-----".utf8)) != nil { return true }
        guard bytes.count <= most, let content = try? PKIContent(reading: bytes) else { return false }
        return content.parts.contains { if case .success(let object) = $0.object { object.isSecret } else { false } }
    }

    /// The text without what may be part of a key: 40 letters of base64 or more in a row, of all kinds.
    public static func redacted(_ text: String) -> String {
        var result = ""
        for run in text.split(omittingEmptySubsequences: false, whereSeparator: { !isBase64($0) }) {
            if run.startIndex > text.startIndex { result.append(text[text.index(before: run.startIndex)]) }
            let isKey =
                run.utf8.count >= 40 && run.contains(where: \.isNumber) && run.contains(where: \.isUppercase)
                && run.contains(where: \.isLowercase)
            result += isKey ? "…" : run
        }
        return result
    }

    private static func isBase64(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "+/=".contains(character))
    }
}
