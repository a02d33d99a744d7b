/// What a request's body has wrong, in the words of the JSON schema validator that x509-identity-mgmt uses (ajv 6).
struct SchemaErrors {
    /// The schema's identifier.
    private let schema: String
    /// The member of the answer that names the schema.
    private let schemaMember: String
    /// The identifier of the schema of shared definitions.
    private let definitions: String
    private var failures: [JSONValue] = []

    /// - Parameters:
    ///   - short: the schema's identifier until 0.6, such as "reg-or-gen-cert".
    ///   - file: its file's name, which is in its identifier since.
    init(of short: String, _ file: String, _ rules: X509Rules) {
        schema = rules.schema(short, file)
        schemaMember = rules.schemaMember
        definitions = rules.schema("defs", "defs") + "#/definitions/"
    }

    /// Refuses the body where it has anything wrong.
    func check() throws(Refusal) {
        guard !failures.isEmpty else { return }
        throw .reason(
            400, "Input data schema validation failure.",
            detail: .object([schemaMember: .string(schema), "schemaErrors": .array(failures)]))
    }

    mutating func isMissing(_ property: String, at schemaPath: String = "#", in dataPath: String = "") {
        add(
            "required", dataPath, whole(schemaPath), ["missingProperty": .string(property)],
            "should have required property '\(property)'")
    }

    mutating func isNoType(_ type: String, _ dataPath: String, _ definition: String) {
        add("type", dataPath, definitions + definition, ["type": .string(type)], "should be \(type)")
    }

    mutating func isLonger(than limit: Int, _ dataPath: String, _ definition: String) {
        add(
            "maxLength", dataPath, definitions + definition, ["limit": .integer(Int64(limit))],
            "should NOT be longer than \(limit) characters")
    }

    mutating func isNo(_ pattern: String, _ dataPath: String, _ definition: String) {
        add(
            "pattern", dataPath, definitions + definition, ["pattern": .string(pattern)],
            "should match pattern \"\(pattern)\"")
    }

    /// Says that of two forms neither was given, or both.
    mutating func isNotOne(givenBoth: Bool, at schemaPath: String = "#", in dataPath: String = "") {
        add(
            "oneOf", dataPath, whole(schemaPath),
            ["passingSchemas": givenBoth ? .array([.integer(0), .integer(1)]) : .null],
            "should match exactly one schema in oneOf")
    }

    /// Says that two members exclude each other.
    mutating func exclude(_ members: [String], at schemaPath: String = "#", in dataPath: String = "") {
        for member in members {
            add("not", dataPath, whole(schemaPath) + "/dependencies/\(member)", [:], "should NOT be valid")
        }
    }

    /// "#" is the schema itself, all else is in its definitions.
    private func whole(_ path: String) -> String { path.hasPrefix("#") ? path : definitions + path }

    private mutating func add(
        _ keyword: String, _ dataPath: String, _ path: String, _ params: [String: JSONValue], _ message: String
    ) {
        failures.append(
            .object([
                "keyword": .string(keyword), "dataPath": .string(dataPath), "schemaPath": .string("\(path)/\(keyword)"),
                "params": .object(params), "message": .string(message),
            ]))
    }
}
