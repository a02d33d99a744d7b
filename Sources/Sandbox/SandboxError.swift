import Glibc

/// Why the sandbox cannot start, or cannot go on.
public struct SandboxError: Error, Equatable, CustomStringConvertible {
    /// What kind of reason it is; programs compare this.
    public enum Code: Sendable, Equatable {
        /// A program or plugin is not installed.
        case missing
        /// Somebody else listens on the port.
        case portInUse
        /// Another sandbox has the folder.
        case folderInUse
        /// The folder, or something in it, is another user's, or others can write to it.
        case unsafeFolder
        /// A file or folder cannot be read or written.
        case file
        /// The broker ended or did not answer.
        case broker
        /// An option says what cannot be.
        case options
        /// A key or certificate could not be made.
        case cryptography
        /// The HTTP server could not be started.
        case server
    }

    /// What kind of reason it is.
    public let code: Code
    /// What was tried, on what, why it failed: lower case, no full stop.
    public let message: String
    /// The way out, with a command where there is one.
    public let hint: String?

    /// Makes an error from its code, its message and its way out.
    public init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    /// The message.
    public var description: String { message }

    static func file(_ verb: String, _ path: String, _ number: Int32) -> SandboxError {
        SandboxError(.file, "cannot \(verb) \(path): \(String(cString: strerror(number)))")
    }
}
