/// How a child ended and what it printed.
public struct Outcome: Sendable {
    /// The exit status; 128 and the signal's number where a signal ended it.
    public let status: Int32
    public let standardOutput: [UInt8]
    public let standardError: [UInt8]
    /// Whether it was killed because its time was up.
    public let timedOut: Bool

    /// Standard output as text.
    public var stdout: String { String(decoding: standardOutput, as: UTF8.self) }
    /// Standard error as text.
    public var stderr: String { String(decoding: standardError, as: UTF8.self) }
}
