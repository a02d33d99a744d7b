/// A value that is the word's bytes as they are, UTF-8 or not: a message, the name of a file.
public struct ArgumentBytes: ExpressibleByArgument {
    /// The word, decoded by ``Swift/String/init(preservingBytes:)``, to be shown.
    public let text: String

    /// Takes the word as it is.
    public init(argument: String) { text = argument }

    /// The bytes.
    public var bytes: [UInt8] { text.argumentBytes }
    /// True.
    public static var acceptsUndecodableBytes: Bool { true }
    /// The text itself.
    public var defaultValueDescription: String { text }
}
