/// Header fields in the order they came, looked up without regard to case (RFC 9110 section 5.1).
public struct HTTPHeaders: Sendable, ExpressibleByDictionaryLiteral {
    /// Name and value of each field.
    public private(set) var fields: [(name: String, value: String)] = []

    /// No fields.
    public init() {}

    /// The fields given, in that order.
    public init(_ fields: [(String, String)]) {
        self.fields = fields.map { (name: $0.0, value: $0.1) }
    }

    /// The fields of a literal, in that order; a name may come more than once.
    public init(dictionaryLiteral fields: (String, String)...) {
        self.init(fields)
    }

    /// The value of the first field of that name, in whatever case; nil where there is none.
    public subscript(_ name: String) -> String? {
        let name = name.lowercased()
        return fields.first { $0.name.lowercased() == name }?.value
    }

    /// Adds one field after those that are there.
    public mutating func append(_ name: String, _ value: String) {
        fields.append((name: name, value: value))
    }

    /// Adds the field in a line of an answer, "Name: value" without its end; a line that is none is left out.
    mutating func append(line: Substring) {
        guard let colon = line.firstIndex(of: ":") else { return }
        let value = line[line.index(after: colon)...]
        append(String(line[..<colon]), String(value.trimmingBlanks()))
    }

    /// Whether a field can be sent: its name is a token, its value has no control characters and nothing but ASCII
    /// (RFC 9110 sections 5.1 and 5.5). A line break in a value would begin another field.
    static func canSend(_ name: String, _ value: String) -> Bool {
        let separators = Array("\"(),/:;<=>?@[\\]{}".utf8)
        return !name.isEmpty && name.utf8.allSatisfy { (0x21...0x7E).contains($0) && !separators.contains($0) }
            && value.utf8.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x09 }
    }

    mutating func removeAll() { fields.removeAll() }
}

extension Substring {
    /// Without the spaces and tabs at both ends (optional white space, RFC 9110 section 5.6.3).
    func trimmingBlanks() -> Substring {
        var text = self.drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
