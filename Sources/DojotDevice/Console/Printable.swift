extension String {
    /// The text with control characters and direction marks as the bytes that they are ("\1B"): what comes from a file, a
    /// name or a server cannot steer the terminal then.
    var printable: String {
        if utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return self }
        var text = ""
        for scalar in unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                for byte in String(scalar).utf8 {
                    text += (byte < 16 ? "\\0" : "\\") + String(byte, radix: 16, uppercase: true)
                }
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
