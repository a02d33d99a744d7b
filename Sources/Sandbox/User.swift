/// Someone who may log in to the sandbox.
public struct User: Sendable, Equatable {
    /// What they log in as.
    public var name: String
    /// What they log in with.
    public var password: String
    /// Whether certificates are signed for them; otherwise the gateway answers 403.
    public var maySign: Bool
    /// Whether Keycloak refuses the password grant until the user has changed their first password (required action
    /// UPDATE_PASSWORD, which the administrator of a new realm of dojot has). Other releases know nothing of the kind.
    public var mustChangePassword = false
    /// Their number, from 1.
    var id = 1

    /// Makes a user.
    public init(name: String, password: String, maySign: Bool = true) {
        self.name = name
        self.password = password
        self.maySign = maySign
    }

    /// Reads "NAME:PASSWORD", also with ":nosign" or ":temporary" at its end; nil where it is none of these.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty else { return nil }
        self.init(name: parts[0], password: parts[1])
        if password.hasSuffix(":nosign") {
            maySign = false
            password.removeLast(":nosign".count)
        } else if password.hasSuffix(":temporary") {
            mustChangePassword = true
            password.removeLast(":temporary".count)
        }
        if password.isEmpty { return nil }
    }
}
