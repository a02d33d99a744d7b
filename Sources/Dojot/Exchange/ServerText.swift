import PKI

/// Text from outside made fit to be shown: no control characters, not too long.
enum ServerText {
    /// The most characters of a server's words in a message.
    static let longest = 200

    /// The text on one line: control characters (C0, C1, line and direction marks) and runs of white space become one
    /// space, and what is longer than `limit` characters is cut.
    static func cleaned(_ text: some StringProtocol, limit: Int = longest) -> String {
        var result = ""
        var count = 0
        var pendingSpace = false
        for scalar in text.unicodeScalars {
            if isHarmful(scalar) || scalar.properties.isWhitespace {
                pendingSpace = !result.isEmpty
                continue
            }
            if count >= limit { return result + "…" }
            if pendingSpace { result.unicodeScalars.append(" ") }
            pendingSpace = false
            result.unicodeScalars.append(scalar)
            count += 1
        }
        return result
    }

    /// The text without white space at its ends.
    static func trimmed(_ text: String) -> String {
        var rest = text.drop(while: \.isWhitespace)
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }

    /// The text in double quotes, for what a user typed or a file holds, which may be a key in the wrong place. Control characters are
    /// shown as the bytes that they are ("\0D"): they are often what is wrong.
    static func quoted(_ text: String) -> String {
        var shown = ""
        for scalar in KeyMaterial.redacted(text).unicodeScalars {
            if shown.count >= 80 { return "\"\(shown)…\"" }
            if isHarmful(scalar) {
                for byte in String(scalar).utf8 {
                    shown += (byte < 16 ? "\\0" : "\\") + String(byte, radix: 16, uppercase: true)
                }
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
        return "\"\(shown)\""
    }

    private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
        default: false
        }
    }
}
