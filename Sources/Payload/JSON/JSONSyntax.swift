/// Says whether a text is JSON, and where it stops being it (RFC 8259).
///
/// dojot's brokers drop a payload that is no JSON object without a word to the device, so it is worth knowing before.
/// Nothing is decoded and nothing is allocated for a text that is right: it runs for every line of a stream.
///
/// A name that comes twice in an object is let through: RFC 8259, section 4 leaves its meaning to the reader, and the
/// platform keeps the last one. So is a lone surrogate in a `\u` escape (section 8.2). A byte order mark is refused (section 8.1).
public enum JSONSyntax {
    /// How deep arrays and objects may be nested, the outermost included (RFC 8259, section 9 allows a limit).
    public static let maximumDepth = 512

    /// Checks that `bytes` are one JSON object in UTF-8, with nothing around it but white space.
    ///
    /// - Throws: `PayloadError` with the position of the first byte that is wrong.
    public static func check(object bytes: some Collection<UInt8>) throws(PayloadError) {
        if let error = firstError(in: bytes, asking: .object) { throw error }
    }

    /// Checks that `bytes` are one JSON value of any kind in UTF-8, with nothing around it but white space.
    ///
    /// - Throws: `PayloadError` with the position of the first byte that is wrong.
    public static func check(value bytes: some Collection<UInt8>) throws(PayloadError) {
        if let error = firstError(in: bytes, asking: .value) { throw error }
    }

    enum Expectation { case object, value }

    // Returns the error, since typed throws do not pass through withContiguousStorageIfAvailable.
    private static func firstError(in bytes: some Collection<UInt8>, asking expected: Expectation) -> PayloadError? {
        let checked: PayloadError?? = bytes.withContiguousStorageIfAvailable { error(in: $0, asking: expected) }
        if let checked { return checked }
        return Array(bytes).withUnsafeBufferPointer { error(in: $0, asking: expected) }
    }

    private static func error(
        in bytes: UnsafeBufferPointer<UInt8>, asking expected: Expectation
    ) -> PayloadError? {
        var scanner = JSONScanner(bytes)
        if scanner.text(expected) { return nil }
        guard let problem = scanner.problem else { return nil }
        return PayloadError(problem.message, at: PayloadError.Position(offset: problem.offset, in: bytes))
    }
}
