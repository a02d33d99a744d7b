/// A fault and when it happens, written as `[METHOD] PATH EFFECT… [CONDITION…]`, such as `POST /sign/* status=503 retry-after=2 count=1`.
///
/// In the path `*` stands for anything. Effects: `status=N`, `retry-after=SECONDS`, `retry-after-date=SECONDS`, `delay=SECONDS`,
/// `stall`, `reset` (closes before the work is done), `drop` (closes after it), `cut=BYTES`, `body=html|not-json|empty`,
/// `pkcs7`, `base64=lf|crlf|none`, `certificate=other-key|other-name|other-ca|expired|not-yet-valid`, `token-life=SECONDS`.
/// Conditions: `count=N` (so many times only), `after=N` (not the first N), `probability=P`, `for=SECONDS`.
public struct FaultRule: Sendable, Equatable {
    /// As it was written.
    public let text: String
    let pattern: RequestPattern
    let effects: FaultEffects
    let conditions: FaultConditions

    /// Reads a rule.
    ///
    /// - Throws: ``SandboxError/Code/options``, with the word that is wrong.
    public init(_ text: String) throws(SandboxError) {
        self.text = text
        var words = text.split(separator: " ")[...]
        guard let pattern = RequestPattern(&words) else {
            throw SandboxError(
                .options, "the fault \"\(text)\" names no route",
                hint: "write it as 'POST /sign/* status=503 count=1'")
        }
        self.pattern = pattern
        var effects = FaultEffects()
        var conditions = FaultConditions()
        for word in words {
            let read = FaultWord(word)
            guard conditions.take(read) || effects.take(read) else {
                throw SandboxError(.options, "the fault \"\(text)\" has a word that is not understood: \(word)")
            }
        }
        if effects == FaultEffects() {
            throw SandboxError(.options, "the fault \"\(text)\" does not say what goes wrong")
        }
        (self.effects, self.conditions) = (effects, conditions)
    }
}
