/// A fault and when it happens, written as `[METHOD] PATH EFFECT… [CONDITION…]`, such as `POST /sign/* status=503 retry-after=2 count=1`.
///
/// In the path `*` stands for anything. Effects: `status=N`, `retry-after=SECONDS`, `retry-after-date=SECONDS`, `delay=SECONDS`,
/// `stall`, `reset` (closes before the work is done), `drop` (closes after it), `cut=BYTES`, `body=html|not-json|empty`,
/// `pkcs7`, `base64=lf|crlf|none`, `certificate=other-key|other-name|other-ca|expired|not-yet-valid`, `token-life=SECONDS`.
/// Conditions: `count=N` (so many times only), `after=N` (not the first N), `probability=P`, `for=SECONDS`.
public struct FaultRule: Sendable, Equatable {
    /// As it was written.
    public let text: String
    /// nil for any.
    let method: String?
    let path: String
    private(set) var effects = FaultEffects()
    private(set) var count: Int?
    private(set) var after = 0
    private(set) var probability = 1.0
    /// Seconds from when the rule is given.
    private(set) var duration: Double?

    /// Reads a rule.
    ///
    /// - Throws: ``SandboxError/Code/options``, with the word that is wrong.
    public init(_ text: String) throws(SandboxError) {
        self.text = text
        var words = text.split(separator: " ").map(String.init)[...]
        method = words.first.flatMap { $0.hasPrefix("/") || $0 == "*" ? nil : $0 }
        if method != nil { words.removeFirst() }
        guard let path = words.popFirst(), path.hasPrefix("/") || path == "*" else {
            throw SandboxError(
                .options, "the fault \"\(text)\" names no route",
                hint: "write it as 'POST /sign/* status=503 count=1'")
        }
        self.path = path
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard take(parts[0], parts.count == 2 ? parts[1] : nil) else {
                throw SandboxError(.options, "the fault \"\(text)\" has a word that is not understood: \(word)")
            }
        }
        if effects == FaultEffects() {
            throw SandboxError(.options, "the fault \"\(text)\" does not say what goes wrong")
        }
    }

    /// Whether a request is one that it is about.
    func matches(_ request: Request) -> Bool {
        (method == nil || method == request.method)
            && Self.glob(Array(path.utf8)[...], matches: Array(request.path.utf8)[...])
    }

    private mutating func take(_ name: String, _ value: String?) -> Bool {
        switch (name, value) {
        case ("stall", nil): effects.delay = .infinity
        case ("reset", nil): effects.reset = true
        case ("drop", nil): effects.drop = true
        case ("pkcs7", nil): effects.asPKCS7 = true
        case (_, let value?): return takeChoice(name, value) || takeNumber(name, value)
        default: return false
        }
        return true
    }

    private mutating func takeChoice(_ name: String, _ value: String) -> Bool {
        switch name {
        case "body":
            effects.body = FaultEffects.Body(rawValue: value)
            return effects.body != nil
        case "base64":
            guard let breaks = FaultEffects.LineBreaks(rawValue: value) else { return false }
            effects.lineBreaks = breaks
        case "certificate":
            effects.certificate = FaultEffects.CertificateFault(rawValue: value)
            return effects.certificate != nil
        default: return false
        }
        return true
    }

    private mutating func takeNumber(_ name: String, _ text: String) -> Bool {
        guard let number = Double(text), number >= 0, number < 1e9 else { return false }
        let whole = Int(number)
        switch name {
        case "status" where (200...599).contains(whole): effects.status = whole
        case "retry-after": effects.retryAfter = whole
        case "retry-after-date": effects.retryAfterDate = whole
        case "delay": effects.delay = number
        case "cut": effects.cut = whole
        case "token-life": effects.tokenLife = Int64(whole)
        case "count": count = whole
        case "after": after = whole
        case "probability" where number <= 1: probability = number
        case "for": duration = number
        default: return false
        }
        return true
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
