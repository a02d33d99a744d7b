/// What is wrong with a command line.
public struct UsageError: Error, Equatable {
    /// What is wrong, in lower case with no full stop.
    public let message: String
    /// The way out, where there is one.
    public let hint: String?

    /// Says what is wrong, and the way out where there is one.
    public init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }
}
