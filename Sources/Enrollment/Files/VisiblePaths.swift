/// The paths of an identity's files as users know them.
public enum VisiblePaths {
    /// A message with paths such as `certs/f60c28.key` in the place of those of the generations that they lead to.
    public static func shown(in message: String) -> String {
        var (shown, rest) = ("", message[...])
        while let start = rest.firstRange(of: "/.identities/") {
            shown += rest[..<start.lowerBound]
            // DEVICE, the generation's number, and the file with the rest of the message.
            let parts = rest[start.upperBound...].split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
            let isFile =
                parts.count == 3 && (Int(parts[1]) != nil || parts[1] == "current")
                && parts[2].hasPrefix("\(parts[0]).")
            shown += isFile ? "/" : rest[start]
            rest = isFile ? parts[2] : rest[start.upperBound...]
        }
        return shown + rest
    }
}
