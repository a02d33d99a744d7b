import FoundationEssentials

/// The reason in the JSON body of an error response, whatever its shape.
///
/// The shapes of dojot's services: `{"message", "status"}`, with `"errors": {"label": ["…"]}` (device-manager, auth), `{"status",
/// "attrs"}` (device-manager: an attribute that is no actuator), `{"error", "detail": {"schemaErrors": […]}}` (dojot's microservice
/// SDK since 0.7), `{"schema$id", "schemaErrors"}` (x509-identity-mgmt 0.5 and 0.6), `{"title", "description"}` (history),
/// `{"error", "error_description"}` (Keycloak), `{"msg"}` (Flask extensions), `{"exp": "token expired"}` (Kong's jwt plugin).
struct ErrorBody {
    /// What happened, in the order in which they are looked up; the first one found counts.
    private static let summaries = ["message", "error", "title", "status", "msg", "reason"]
    /// What completes the summary; all that are found count.
    private static let details = [
        "error_description", "description", "errors", "schemaErrors", "detail", "details", "attrs",
    ]
    /// Members that say nothing to a user.
    private static let ignored = [
        "schema$id", "schemaId", "code", "path", "timestamp", "schemaPath", "keyword", "params",
    ]
    /// A member whose name contains one of these may hold a secret.
    private static let secretNames = [
        "passw", "pwd", "secret", "token", "jwt", "credential", "authorization", "privatekey", "private_key", "apikey",
        "api_key",
    ]
    /// The greatest nesting depth, and the most elements of an array or object, that are read.
    private static let (maximumDepth, maximumCount) = (6, 8)

    /// The reason as text; nil where the body has none, or nothing that may be shown.
    let reason: String?

    /// - Returns: nil where the body is no JSON.
    init?(_ body: [UInt8]) {
        guard let value = JSONValue(json: body) else { return nil }
        reason = Self.text(of: value, depth: 0)
    }

    private static func text(of value: JSONValue, depth: Int) -> String? {
        guard depth < maximumDepth else { return nil }
        switch value {
        case .null: return nil
        case .bool(let value): return "\(value)"
        case .integer(let value): return "\(value)"
        case .number(let value): return "\(value)"
        case .string(let text): return text.isEmpty ? nil : text
        case .array(let values):
            return joined(values.prefix(maximumCount).compactMap { text(of: $0, depth: depth + 1) }, by: "; ")
        case .object(let members): return text(of: members, depth: depth)
        }
    }

    private static func text(of members: [String: JSONValue], depth: Int) -> String? {
        if let problem = schemaProblem(members) { return problem }
        let summary = summaries.lazy.compactMap { key in
            members[key].flatMap { key == "status" && !$0.isText ? nil : text(of: $0, depth: depth + 1) }
        }.first
        // Without a summary these names may be those of fields that are wrong.
        let names = summary == nil ? details.filter { $0 != "attrs" && $0 != "description" } : details
        let completions = names.compactMap { key in members[key].flatMap { text(of: $0, depth: depth + 1) } }
        if let summary { return joined([summary] + completions.filter { $0 != summary }, by: ": ") }
        return joined(completions, by: ": ") ?? text(ofOthers: members, depth: depth)
    }

    /// A problem that Ajv found: `{"dataPath": ".csr", "message": …}`; later releases of Ajv call the path `instancePath`.
    private static func schemaProblem(_ members: [String: JSONValue]) -> String? {
        guard case .string(let path)? = members["dataPath"] ?? members["instancePath"] else { return nil }
        guard case .string(let message)? = members["message"] else { return "\(path) is not valid" }
        return path.isEmpty ? message : "\(path) \(message)"
    }

    /// `label: Labels must contain letters`: members of other names with their values.
    private static func text(ofOthers members: [String: JSONValue], depth: Int) -> String? {
        let shown = members.keys.sorted().filter { name in
            !ignored.contains(name) && name != "status"
                && !secretNames.contains { name.lowercased().contains($0) }
        }
        let texts = shown.prefix(maximumCount).compactMap { name in
            members[name].flatMap { text(of: $0, depth: depth + 1) }.map { "\(name): \($0)" }
        }
        return joined(texts, by: "; ")
    }

    private static func joined(_ texts: [String], by separator: String) -> String? {
        texts.isEmpty ? nil : texts.map { $0.hasSuffix(".") ? String($0.dropLast()) : $0 }.joined(separator: separator)
    }
}

extension JSONValue {
    fileprivate var isText: Bool {
        if case .string = self { true } else { false }
    }
}
