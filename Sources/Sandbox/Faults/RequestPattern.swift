/// Which requests a fault is about: `[METHOD] PATH`, where `*` in the path stands for anything.
struct RequestPattern: Sendable, Equatable {
    /// nil for any.
    let method: String?
    let path: String

    /// Takes it off the beginning of a rule; nil where there is none.
    init?(_ words: inout ArraySlice<Substring>) {
        func isPath(_ word: Substring) -> Bool { word.hasPrefix("/") || word == "*" }
        method = words.first.flatMap { isPath($0) ? nil : String($0) }
        if method != nil { words.removeFirst() }
        guard let path = words.popFirst(), isPath(path) else { return nil }
        self.path = String(path)
    }

    /// Whether a request is one of these.
    func matches(_ request: Request) -> Bool {
        (method == nil || method == request.method)
            && Self.glob(Array(path.utf8)[...], matches: Array(request.path.utf8)[...])
    }

    /// `*` takes as much as it must, over slashes too.
    private static func glob(_ pattern: ArraySlice<UInt8>, matches text: ArraySlice<UInt8>) -> Bool {
        var (pattern, text) = (pattern, text)
        // Where the last star was, and how far it has been stretched: no other needs to be tried again.
        var star: (pattern: ArraySlice<UInt8>, text: ArraySlice<UInt8>)?
        while !text.isEmpty {
            if pattern.first == UInt8(ascii: "*") {
                pattern = pattern.dropFirst()
                star = (pattern, text)
            } else if let first = pattern.first, first == text.first {
                (pattern, text) = (pattern.dropFirst(), text.dropFirst())
            } else if let last = star {
                star = (last.pattern, last.text.dropFirst())
                (pattern, text) = (last.pattern, last.text.dropFirst())
            } else {
                return false
            }
        }
        return pattern.allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
