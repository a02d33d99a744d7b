/// The grammar of host names (RFC 1123, section 2.1): what may be put into a command that is shown to be pasted.
public enum HostName {
    /// Whether a text is a host name or an IP address: labels of letters, digits, "-" and "_", 1 to 63 bytes each, with "." between them,
    /// at most 253 bytes; no wildcard, and no "." at either end.
    public static func isValid(_ text: String) -> Bool {
        if GeneralName.address(text) != nil { return true }
        guard text.utf8.count <= 253, !text.hasPrefix("-") else { return false }
        return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.utf8.allSatisfy(isLetter)
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
