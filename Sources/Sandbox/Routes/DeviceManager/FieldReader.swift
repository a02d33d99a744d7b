/// Reads the fields of a JSON object as device-manager does with marshmallow 3.0.0b8, and collects what is wrong with each
/// (dojot/device-manager, DeviceManager/SerializationModels.py, v0.8.0).
struct FieldReader {
    private struct Message: Encodable {
        let message: String
        let errors: [String: [String]]
    }

    let object: [String: JSONValue]
    private var errors: [String: [String]] = [:]

    init(_ object: [String: JSONValue]) { self.object = object }

    /// Reads the body of a request: 400 where it is no JSON object, or where its Content-Type is not exactly "application/json".
    init(_ request: Request) throws(Refusal) {
        guard request.headers["content-type"] == "application/json",
            let body = JSON.decode(JSONValue.self, from: request.body)
        else { throw Refusal(400, "Payload must be valid JSON, and Content-Type set accordingly") }
        guard case .object(let object) = body else {
            throw Self.refusal("failed to parse input", ["_schema": ["Invalid input type."]])
        }
        self.object = object
    }

    /// A required text; "" where it is missing or of another type.
    mutating func string(_ name: String) -> String {
        if case .string(let text)? = required(name, "Not a valid string.") { return text }
        return ""
    }

    /// A required text of a column of the database.
    ///
    /// - Parameter longest: the most characters that the column takes (DatabaseModels.py): PostgreSQL refuses a longer text, an exception
    ///   that device-manager does not handle.
    mutating func string(_ name: String, longest: Int) throws(Refusal) -> String {
        let text = string(name)
        guard text.unicodeScalars.count <= longest else { throw .flask(500) }
        return text
    }

    /// A required truth value; false where it is missing or of another type.
    mutating func bool(_ name: String) -> Bool {
        let texts = ["t", "T", "true", "True", "TRUE", "1", "f", "F", "false", "False", "FALSE", "0"]
        switch required(name, nil) {
        case .bool(let value)?: return value
        case .integer(0)?: return false
        case .integer(1)?: return true
        case .string(let text)? where texts.contains(text): return texts.firstIndex(of: text).map { $0 < 6 } ?? false
        case nil: break
        default: add("Not a valid boolean.", to: name)
        }
        return false
    }

    /// A list; nil where it is missing or no list.
    mutating func list(_ name: String, isRequired: Bool) -> [JSONValue]? {
        guard isRequired || object[name] != nil, let value = required(name, nil) else { return nil }
        if case .array(let list) = value { return list }
        add("Invalid type.", to: name)
        return nil
    }

    /// Notes that something is wrong with a field.
    mutating func add(_ error: String, to name: String) { errors[name, default: []].append(error) }

    /// Refuses the object where something is wrong with a field.
    func check(_ message: String) throws(Refusal) {
        if !errors.isEmpty { throw Self.refusal(message, errors) }
    }

    /// The value of a field; nil, with an error noted, where it is missing, null, or no text though `notText` says that it must be one.
    private mutating func required(_ name: String, _ notText: String?) -> JSONValue? {
        switch object[name] {
        case nil: add("Missing data for required field.", to: name)
        case .null?: add("Field may not be null.", to: name)
        case let value?:
            guard let notText else { return value }
            if case .string = value { return value }
            add(notText, to: name)
        }
        return nil
    }

    private static func refusal(_ message: String, _ errors: [String: [String]]) -> Refusal {
        Refusal(.json(Message(message: message, errors: errors), status: 400))
    }
}
