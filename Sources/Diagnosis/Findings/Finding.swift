import CommandLineKit

/// Something that is wrong, found in a step: a row of the table with its blanks filled in.
public struct Finding: Sendable {
    public let kind: FindingKind
    public let severity: FindingKind.Severity
    /// What stands on the step's line, where that is not the cause itself.
    let fact: String?
    private let values: [String: String]

    /// - Parameters:
    ///   - values: what stands in the place of each word in braces.
    ///   - severity: where it weighs otherwise than the table says.
    ///   - fact: what stands on the step's line, where that is not the cause itself.
    init(
        _ kind: FindingKind, _ values: [String: String] = [:], severity: FindingKind.Severity? = nil,
        fact: String? = nil
    ) {
        self.kind = kind
        self.values = values
        self.severity = severity ?? kind.severity
        self.fact = fact.map(Text.shown)
    }

    /// Stable from release to release, such as "tls.name" or "connack.5".
    public var code: String { Text.fill(kind.code, values) }
    /// Why, in one sentence: lower case, no full stop.
    public var cause: String { Text.fill(kind.cause, values) }
    /// What mends it. What is filled in is quoted for a shell, but what is a command or a phrase already.
    public var cure: String {
        // Parts of a sentence; all else is a word of a command.
        let phrases: Set = ["way", "accepted", "own", "page"]
        let quoted = values.map { key, value in
            // A fix that is one blank was put together elsewhere, as a command or a sentence.
            (key, phrases.contains(key) || kind.cure == "{\(key)}" ? value : value.shellWord)
        }
        return Text.fill(kind.cure, Dictionary(uniqueKeysWithValues: quoted))
    }
    /// What stands on the step's line.
    public var line: String { fact ?? cause }
}

extension Finding: Encodable {
    private enum Key: String, CodingKey { case code, severity, cause, cure }

    public func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: Key.self)
        try object.encode(code, forKey: .code)
        try object.encode(severity, forKey: .severity)
        try object.encode(cause, forKey: .cause)
        try object.encode(cure, forKey: .cure)
    }
}
