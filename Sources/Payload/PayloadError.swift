/// Why a text is no payload that the platform would take.
public struct PayloadError: Error, Equatable, CustomStringConvertible {
    /// Where in a text something is.
    public struct Position: Equatable, Sendable, CustomStringConvertible {
        /// The line, from 1; lines end at a line feed.
        public let line: Int
        /// The column, from 1, in Unicode scalars: what an editor counts, and not bytes.
        public let column: Int
        /// The offset in bytes, from 0.
        public let offset: Int

        /// A position that is known already.
        public init(line: Int, column: Int, offset: Int) {
            self.line = line
            self.column = column
            self.offset = offset
        }

        /// "line 1, column 12".
        public var description: String { "line \(line), column \(column)" }
    }

    /// What is wrong, in lower case, without a full stop and without the position.
    public let message: String
    /// Where it is wrong, where that is one place of a JSON text.
    public let position: Position?

    /// Says what is wrong, and where.
    public init(_ message: String, at position: Position? = nil) {
        self.message = message
        self.position = position
    }

    /// The message with its position: "line 1, column 12: expected a value, found '}'".
    public var description: String { position.map { "\($0): \(message)" } ?? message }
}

extension PayloadError.Position {
    /// The position of the byte at `offset`, counted from the start of `bytes`.
    init(offset: Int, in bytes: UnsafeBufferPointer<UInt8>) {
        var line = 1
        var column = 1
        for byte in bytes[..<Swift.min(offset, bytes.count)] {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {  // a continuation byte begins no character
                column += 1
            }
        }
        self.init(line: line, column: column, offset: offset)
    }
}
