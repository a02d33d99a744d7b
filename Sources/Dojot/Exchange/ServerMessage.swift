import FoundationEssentials

/// What a server says in the content of an answer that is no success.
enum ServerMessage {
    /// The words of `{"message": …}` without EJBCA-REST's "soap message: ", the title of an HTML page, or the text
    /// itself: on one line, cut, and without a full stop at the end. Nil where the content is empty.
    static func words(in body: [UInt8]) -> String? {
        if let message = message(in: body) { return message }
        let text = String(decoding: body.prefix(4096), as: UTF8.self)
        let words = isHTML(text) ? title(of: text).map { "an HTML page \"\($0)\"" } ?? "an HTML page" : cleaned(text)
        return words.isEmpty ? nil : words
    }

    /// What an answer is that should have been JSON of another shape: "an HTML page "…"", "no JSON", "empty".
    static func kind(of body: [UInt8]) -> String {
        if body.isEmpty { return "empty" }
        let text = String(decoding: body.prefix(4096), as: UTF8.self)
        if isHTML(text) { return words(in: body) ?? "an HTML page" }
        return (try? JSONDecoder().decode(AnyJSON.self, from: Data(body))) == nil ? "no JSON" : "JSON of another shape"
    }

    /// What the platform itself says, not a server in front of it that has only a page to show.
    static func message(in body: [UInt8]) -> String? {
        guard let content = try? JSONDecoder().decode(Content.self, from: Data(body)), let words = content.words else {
            return nil
        }
        let prefix = "soap message: "
        let text = cleaned(words)
        return text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text
    }

    /// The shapes in which the platform's services say no.
    private struct Content: Decodable {
        /// What does not fit a JSON schema, as Ajv tells it; x509-identity-mgmt hands it on.
        struct Problem: Decodable {
            /// Such as ".csr"; one release of Ajv or another.
            let dataPath: String?
            let instancePath: String?
            let message: String?
        }

        let message: String?
        let error: String?
        let schemaErrors: [Problem]?

        var words: String? {
            message ?? error
                ?? schemaErrors.map { problems in
                    let texts = problems.map { problem in
                        "\(problem.dataPath ?? problem.instancePath ?? "") \(problem.message ?? "is not as it must be")"
                    }
                    return texts.joined(separator: "; ")
                }
        }
    }

    private struct AnyJSON: Decodable {
        init(from decoder: any Decoder) {}
    }

    private static func cleaned(_ text: String) -> String {
        var words = ServerText.cleaned(text)
        while words.hasSuffix(".") { words.removeLast() }
        return words
    }

    private static func isHTML(_ text: String) -> Bool {
        let start = text.drop(while: \.isWhitespace).prefix(200).lowercased()
        return start.hasPrefix("<!doctype") || start.hasPrefix("<html") || start.contains("<html")
    }

    private static func title(of page: String) -> String? {
        guard let start = page.firstRange(of: "<title>") ?? page.firstRange(of: "<TITLE>"),
            let end = page[start.upperBound...].firstIndex(of: "<")
        else { return nil }
        let title = ServerText.cleaned(page[start.upperBound..<end], limit: 80)
        return title.isEmpty ? nil : title
    }
}
