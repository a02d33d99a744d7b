/// What a request's body has wrong, in the words of the JSON schema validator that x509-identity-mgmt uses (ajv 6).
struct SchemaErrors: Encodable {
    struct Failure: Encodable {
        let keyword: String
        let dataPath: String
        let schemaPath: String
        let params: [String: JSONValue]
        let message: String
    }

    /// The last part of the schema's identifier, such as "reg-or-gen-cert".
    private let schema: String
    private var failures: [Failure] = []

    private enum CodingKeys: String, CodingKey {
        case schema = "schema$id"
        case failures = "schemaErrors"
    }

    init(of schema: String) { self.schema = Self.folder + schema }

    /// Refuses the body where it has anything wrong.
    func check() throws(Refusal) {
        if !failures.isEmpty { throw Refusal(.json(self, status: 400)) }
    }

    mutating func isMissing(_ property: String, at schemaPath: String = "#", in dataPath: String = "") {
        add(
            "required", dataPath, Self.whole(schemaPath), ["missingProperty": .string(property)],
            "should have required property '\(property)'")
    }

    mutating func isNoType(_ type: String, _ dataPath: String, _ definition: String) {
        add("type", dataPath, Self.definitions + definition, ["type": .string(type)], "should be \(type)")
    }

    mutating func isLonger(than limit: Int, _ dataPath: String, _ definition: String) {
        add(
            "maxLength", dataPath, Self.definitions + definition, ["limit": .integer(Int64(limit))],
            "should NOT be longer than \(limit) characters")
    }

    mutating func isNo(_ pattern: String, _ dataPath: String, _ definition: String) {
        add(
            "pattern", dataPath, Self.definitions + definition, ["pattern": .string(pattern)],
            "should match pattern \"\(pattern)\"")
    }

    /// Says that of two forms neither was given, or both.
    mutating func isNotOne(givenBoth: Bool, at schemaPath: String = "#", in dataPath: String = "") {
        add(
            "oneOf", dataPath, Self.whole(schemaPath),
            ["passingSchemas": givenBoth ? .array([.integer(0), .integer(1)]) : .null],
            "should match exactly one schema in oneOf")
    }

    private static let folder = "http://www.dojot.com.br/schemas/"
    private static let definitions = folder + "defs#/definitions/"

    /// "#" is the schema itself, all else is in its definitions.
    private static func whole(_ path: String) -> String { path.hasPrefix("#") ? path : definitions + path }

    private mutating func add(
        _ keyword: String, _ dataPath: String, _ path: String, _ params: [String: JSONValue], _ message: String
    ) {
        failures.append(
            Failure(
                keyword: keyword, dataPath: dataPath, schemaPath: "\(path)/\(keyword)", params: params,
                message: message))
    }
}
