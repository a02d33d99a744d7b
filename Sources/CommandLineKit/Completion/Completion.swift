/// What a shell offers for an argument or an option's value.
public enum Completion: Equatable, Sendable {
    /// The type's choices; else files where the value's name is `file` or `path`, folders where it is `directory` or
    /// `folder`; else nothing.
    case automatic
    /// Files.
    case file
    /// Folders.
    case directory
    /// These words.
    case values([String])
    /// Nothing.
    case nothing
}
