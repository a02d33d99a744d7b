extension String {
    /// The text with control characters and direction marks as the bytes that they are ("\1B"): what comes from a file, a
    /// name or a server cannot steer the terminal then, nor begin a line of its own.
    public var printable: String {
        if utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return self }
        var text = ""
        for scalar in unicodeScalars {
            if scalar.steersTerminals || scalar.undecodableByte != nil {
                for byte in scalar.undecodableByte.map({ [$0] }) ?? Array(String(scalar).utf8) {
                    text += (byte < 16 ? "\\0" : "\\") + String(byte, radix: 16, uppercase: true)
                }
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

extension Unicode.Scalar {
    /// Whether a terminal may obey it instead of showing it: C0 and C1, marks of direction and format, line separators.
    public var steersTerminals: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
