/// One attribute of a device as a person writes it: `temperature=21.5`, or `position:=[1, 2]`.
public struct Attribute: Equatable, Sendable {
    /// The attribute's label in the device's template.
    public let name: String
    /// The value as JSON.
    public let value: [UInt8]

    /// Reads `name=value` or `name:=JSON`.
    ///
    /// After `=`, a value is `true`, `false`, `null` or a number if it would come back from the platform letter for
    /// letter as one; everything else is a string: `version=1.10`, `size=1e5` and `id=007` are strings, and so is
    /// `21.0`, which a number gives back as `21`. After `:=` the value is JSON and is sent as it is.
    ///
    /// - Throws: `PayloadError` where there is no `=`, no name, or no JSON after `:=`; its position counts from the
    ///   start of the JSON.
    public init(argument: String) throws(PayloadError) {
        let (name, text, isJSON) = try Attribute.split(argument)
        self.name = name
        self.value = isJSON ? try Attribute.json(text, of: name) : Attribute.typed(text)
    }

    /// The object that has these attributes in the order given: `{"temperature":21.5,"on":true}`.
    ///
    /// - Throws: `PayloadError` where a name comes twice.
    public static func object(_ attributes: [Attribute]) throws(PayloadError) -> [UInt8] {
        try requireUnique(attributes.map(\.name))
        var bytes = [UInt8(ascii: "{")]
        for (index, attribute) in attributes.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            JSONText.append(string: attribute.name, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            bytes.append(contentsOf: attribute.value)
        }
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    // MARK: - What generators share

    /// Takes `name=text` and `name:=text` apart.
    static func split(_ argument: String) throws(PayloadError) -> (name: String, text: String, isJSON: Bool) {
        guard let equals = argument.firstIndex(of: "=") else {
            throw PayloadError("'\(argument)' is not name=value")
        }
        var name = argument[..<equals]
        let isJSON = name.last == ":"
        if isJSON { name.removeLast() }
        guard !name.isEmpty else { throw PayloadError("'\(argument)' has no name before the '\(isJSON ? ":=" : "=")'") }
        return (String(name), String(argument[argument.index(after: equals)...]), isJSON)
    }

    /// The JSON after `:=`, without the white space around it.
    static func json(_ text: String, of name: String) throws(PayloadError) -> [UInt8] {
        do {
            try JSONSyntax.check(value: text.utf8)
        } catch {
            throw PayloadError("the value of \(name) is not JSON: \(error.message)", at: error.position)
        }
        return Array(text.utf8)
    }

    /// The value of `text` by the rule of `init(argument:)`.
    static func typed(_ text: String) -> [UInt8] {
        if text == "true" || text == "false" || text == "null" || JSONNumber.keepsItsText(text) {
            return Array(text.utf8)
        }
        var bytes: [UInt8] = []
        JSONText.append(string: text, to: &bytes)
        return bytes
    }

    static func requireUnique(_ names: [String]) throws(PayloadError) {
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted {
            throw PayloadError("the attribute \(name) is given twice")
        }
    }
}
