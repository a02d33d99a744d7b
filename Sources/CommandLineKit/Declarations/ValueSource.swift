/// Where a value came from.
public enum ValueSource: Equatable, Sendable {
    /// The user typed it.
    case commandLine
    /// The option's environment variable said it.
    case environment
    /// Nobody said it.
    case `default`
}
