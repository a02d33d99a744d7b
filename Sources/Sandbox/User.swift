/// Someone who may log in to the sandbox.
public struct User: Sendable, Equatable {
    /// What they log in as.
    public var name: String
    /// What they log in with.
    public var password: String
    /// Whether certificates are signed for them; otherwise the gateway answers 403.
    public var maySign: Bool
    /// Their number, from 1.
    var id = 1

    /// Makes a user.
    public init(name: String, password: String, maySign: Bool = true) {
        self.name = name
        self.password = password
        self.maySign = maySign
    }

    /// Reads "NAME:PASSWORD" or "NAME:PASSWORD:nosign"; nil where it is neither.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty else { return nil }
        let suffix = ":nosign"
        let maySign = !parts[1].hasSuffix(suffix)
        let password = maySign ? parts[1] : String(parts[1].dropLast(suffix.count))
        guard !password.isEmpty else { return nil }
        self.init(name: parts[0], password: password, maySign: maySign)
    }
}
