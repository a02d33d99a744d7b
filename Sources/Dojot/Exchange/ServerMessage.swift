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

    /// Whether the platform itself speaks, not a server in front of it that has only a page to show.
    static func message(in body: [UInt8]) -> String? {
        struct Content: Decodable {
            let message: String
        }
        guard let content = try? JSONDecoder().decode(Content.self, from: Data(body)) else { return nil }
        let prefix = "soap message: "
        let words = cleaned(content.message)
        return words.hasPrefix(prefix) ? String(words.dropFirst(prefix.count)) : words
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
