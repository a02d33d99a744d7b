/// A value of a JSON text that a person wrote, with its place, so that what is wrong with its meaning can be pointed at.
public struct JSONElement: Sendable {
    /// What kind of value it is, with what is in it.
    public enum Content: Sendable {
        /// Its members in the order written; a name may come twice.
        case object([Member])
        case array([JSONElement])
        case string(String)
        /// As it is written.
        case number(String)
        case boolean(Bool)
        case null
    }

    /// One name of an object with its value.
    public struct Member: Sendable {
        public let name: String
        /// Where the name begins.
        public let position: PayloadError.Position
        public let value: JSONElement
    }

    /// What it is.
    public let content: Content
    /// Its text as it is written.
    public let text: ArraySlice<UInt8>
    /// Where it begins.
    public let position: PayloadError.Position

    init(_ content: Content, text: ArraySlice<UInt8>, position: PayloadError.Position) {
        (self.content, self.text, self.position) = (content, text, position)
    }

    /// Reads one JSON object in UTF-8, with nothing around it but white space.
    ///
    /// - Throws: `PayloadError` with the position of the first byte that is wrong.
    public init(object bytes: [UInt8]) throws(PayloadError) {
        try JSONSyntax.check(object: bytes)
        var reader = JSONElementReader(bytes)
        self = reader.element()
    }

    /// Its kind as a message names it: "a string".
    public var kind: String {
        switch content {
        case .object: "an object"
        case .array: "an array"
        case .string: "a string"
        case .number: "a number"
        case .boolean(let value): value ? "true" : "false"
        case .null: "null"
        }
    }
}

// MARK: - Taking what is expected

extension JSONElement {
    /// An error at this place.
    public func error(_ message: String) -> PayloadError { PayloadError(message, at: position) }

    /// The string; `what` tells in the message what it was wanted for.
    public func string(for what: String) throws(PayloadError) -> String {
        guard case .string(let text) = content else { throw error("\(what) is a string, not \(kind)") }
        return text
    }

    /// The number; `what` tells in the message what it was wanted for.
    public func number(for what: String) throws(PayloadError) -> Double {
        guard let number = Double(try digits(for: what)), number.isFinite else {
            throw error("\(what) is larger than a number can be")
        }
        return number
    }

    /// The whole number; `what` tells in the message what it was wanted for.
    public func integer(for what: String) throws(PayloadError) -> Int64 {
        guard let number = Int64(try digits(for: what)) else {
            throw error("\(what) is a whole number of at most 18 digits")
        }
        return number
    }

    /// The number as it is written; `what` tells in the message what it was wanted for.
    public func digits(for what: String) throws(PayloadError) -> String {
        guard case .number(let text) = content else { throw error("\(what) is a number, not \(kind)") }
        return text
    }

    /// The values of the array; `what` tells in the message what it was wanted for.
    public func array(for what: String) throws(PayloadError) -> [JSONElement] {
        guard case .array(let values) = content else { throw error("\(what) is an array, not \(kind)") }
        return values
    }

    /// The members of the object, to be taken one by one; `what` tells in the message what it was wanted for.
    public func members(for what: String) throws(PayloadError) -> JSONMembers {
        guard case .object(let members) = content else { throw error("\(what) is an object, not \(kind)") }
        return try JSONMembers(members, of: what)
    }
}
