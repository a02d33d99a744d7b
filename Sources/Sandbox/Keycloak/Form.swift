import FoundationEssentials

/// The fields of a form in a request's body (`application/x-www-form-urlencoded`).
struct Form: Sendable {
    private let fields: [(name: String, value: String)]

    /// Reads the form of a request; 415 where its body is of another type.
    init(of request: Request) throws(Refusal) {
        guard ["application/x-www-form-urlencoded", nil].contains(request.mediaType) else {
            throw .error(415, "RESTEASY003065: Cannot consume content type")
        }
        fields = String(decoding: request.body, as: UTF8.self).split(separator: "&").map { field in
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (
                PercentEncoding.decodeForm(parts[0]), parts.count == 2 ? PercentEncoding.decodeForm(parts[1]) : ""
            )
        }
    }

    /// The first value of a name.
    subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

    /// Whether a name occurs more than once.
    var hasDuplicates: Bool { Set(fields.map(\.name)).count < fields.count }
}

extension Request {
    /// Name and password of HTTP Basic (RFC 7617); nil where there are none.
    var basicCredentials: (name: String, password: String)? {
        let words = headers["authorization"]?.split(separator: " ") ?? []
        guard words.count == 2, words[0].lowercased() == "basic", let bytes = Data(base64Encoded: String(words[1]))
        else {
            return nil
        }
        let parts = String(decoding: bytes, as: UTF8.self).split(
            separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
    }
}
