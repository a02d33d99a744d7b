/// The rule for every name that goes into file names, URLs and topics: tenants, devices, certificate authorities.
public enum PlatformName {
    /// The most bytes a name may have: what a file system takes for a file's name.
    public static let longest = 255

    /// Passes a name on if it has letters, digits, "_", "-" and "." only, begins with none of the last two, and holds
    /// no "..": then it can neither leave a folder, nor be taken for an option, nor change a URL or a topic.
    ///
    /// - Parameter kind: what it names, for the message: "tenant", "CA name".
    /// - Throws: `DojotError` with `.invalidName`.
    public static func check(_ name: String, as kind: String) throws(DojotError) -> String {
        guard let problem = problem(of: Substring(name)) else { return name }
        throw DojotError(.invalidName, "\(kind) \(ServerText.quoted(name)) \(problem)")
    }

    /// What is wrong with a name, to follow after it; nil where nothing is.
    static func problem(of name: Substring) -> String? {
        if name.isEmpty { return "is empty" }
        if name.utf8.count > longest { return "is longer than \(longest) bytes" }
        if !name.utf8.allSatisfy(\.isPlain) {
            return "may have only letters, digits, \"_\", \"-\" and \".\""
        }
        if name.hasPrefix(".") || name.hasPrefix("-") { return "must not begin with \"\(name.prefix(1))\"" }
        if name.contains("..") { return "must not have \"..\" in it" }
        return nil
    }
}

extension UInt8 {
    /// Whether it is a letter, a digit, "_", "-" or "." of ASCII: what names have, and tokens (base64url with ".").
    var isPlain: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
