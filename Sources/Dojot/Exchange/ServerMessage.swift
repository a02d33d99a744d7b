import FoundationEssentials

/// The reason that a server gives in the body of an error response.
enum ServerMessage {
    /// The reason in a JSON body without EJBCA-REST's "soap message: ", the title of an HTML page, or the text itself: on
    /// one line, cut, without a full stop at the end, and without tokens. Nil where the body is empty.
    static func words(in body: [UInt8]) -> String? {
        if let content = ErrorBody(body) { return content.reason.map { cleaned(withoutSOAPPrefix($0)) } }
        let text = String(decoding: body.prefix(4096), as: UTF8.self)
        let words = isHTML(text) ? title(of: text).map { "an HTML page \"\($0)\"" } ?? "an HTML page" : cleaned(text)
        return words.isEmpty ? nil : words
    }

    /// What a body is that should have been JSON of another shape: "an HTML page "…"", "no JSON", "empty".
    static func kind(of body: [UInt8]) -> String {
        if body.isEmpty { return "empty" }
        let text = String(decoding: body.prefix(4096), as: UTF8.self)
        if isHTML(text) { return words(in: body) ?? "an HTML page" }
        return (try? JSONDecoder().decode(AnyJSON.self, from: Data(body))) == nil ? "no JSON" : "JSON of another shape"
    }

    private static func withoutSOAPPrefix(_ text: String) -> String {
        let prefix = "soap message: "
        return text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text
    }

    private struct AnyJSON: Decodable {
        init(from decoder: any Decoder) {}
    }

    private static func cleaned(_ text: String) -> String {
        var words = ServerText.cleaned(withoutTokens(text))
        while words.hasSuffix(".") { words.removeLast() }
        return words
    }

    /// Some servers repeat the token of the request: a JSON Web Token (RFC 7519) begins with the base64url of `{"`.
    private static func withoutTokens(_ text: String) -> String {
        guard text.contains("eyJ") else { return text }
        var (result, rest) = ("", text[...])
        while let start = rest.firstRange(of: "eyJ")?.lowerBound {
            let token = rest[start...].prefix { $0.utf8.allSatisfy(\.isPlain) }
            result += rest[..<start]
            result += token.contains(".") ? "…" : token
            rest = rest[token.endIndex...]
        }
        return result + rest
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
