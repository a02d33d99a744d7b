extension String {
    /// The text as one word of a shell's command line, for a command that is shown to be copied: as it is, else in single
    /// quotes, else, with control characters in it, as $'…' (POSIX.1-2024, Shell Command Language, section 2.2.4).
    public var shellWord: String {
        if !isEmpty, utf8.allSatisfy(\.isPlainInShells) { return self }
        guard unicodeScalars.contains(where: \.mustBeEscapedInShells) else {
            return "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
        }
        var word = "$'"
        for scalar in unicodeScalars {
            switch scalar {
            case "\n": word += "\\n"
            case "\t": word += "\\t"
            case "'", "\\": word += "\\\(scalar)"
            case _ where scalar.mustBeEscapedInShells:
                for byte in scalar.undecodableByte.map({ [$0] }) ?? Array(String(scalar).utf8) {
                    word += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
                }
            default: word.unicodeScalars.append(scalar)
            }
        }
        return word + "'"
    }
}

extension Unicode.Scalar {
    fileprivate var mustBeEscapedInShells: Bool { steersTerminals || undecodableByte != nil }
}

extension UInt8 {
    /// Whether no shell takes it for anything but itself.
    fileprivate var isPlainInShells: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-_./:@%+,=".utf8.contains(self)
        }
    }
}
