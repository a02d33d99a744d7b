/// A fault and when it happens, written as `[METHOD] PATH EFFECT… [CONDITION…]`, such as `POST /sign/* status=503 retry-after=2 count=1`,
/// or as `broker EFFECT… [CONDITION…]`, such as `broker cut=2000 count=3`.
///
/// In the path `*` stands for anything. Effects on an answer: `status=N`, `retry-after=SECONDS`, `retry-after-date=SECONDS`,
/// `delay=SECONDS`, `stall`, `reset` (before the work is done), `drop` (closes after it), `cut=BYTES`, `reset=BYTES`,
/// `length=+BYTES|-BYTES`, `endless`, `body=html|not-json|empty`, `pkcs7`, `base64=lf|crlf|none`,
/// `certificate=other-key|other-name|other-ca|expired|not-yet-valid`, `token-life=SECONDS`.
/// Effects on a connection to the broker: `cut[=BYTES]`, `reset[=BYTES]`, `handshake-cut`, `stall`, `silence=to-device|to-broker`,
/// `drip=BYTES`, `delay=SECONDS`.
/// Conditions: `count=N` (so many times only), `after=N` (not the first N), `probability=P`, `for=SECONDS`.
public struct FaultRule: Sendable, Equatable {
    /// What goes wrong, and with what.
    enum Subject: Sendable, Equatable {
        /// The gateway's answers to such requests.
        case answers(RequestPattern, FaultEffects)
        /// The broker's connections.
        case connections(ConnectionFault)
    }

    /// As it was written.
    public let text: String
    let subject: Subject
    let conditions: FaultConditions

    /// Reads a rule.
    ///
    /// - Throws: ``SandboxError/Code/options``, with the word that is wrong.
    public init(_ text: String) throws(SandboxError) {
        self.text = text
        var words = text.split(separator: " ")[...]
        var isEmpty: Bool
        if words.first == "broker" {
            var fault = ConnectionFault()
            conditions = try Self.read(words.dropFirst(), of: text) { fault.take($0) }
            isEmpty = fault == ConnectionFault()
            subject = .connections(fault)
        } else {
            guard let pattern = RequestPattern(&words) else {
                throw SandboxError(
                    .options, "the fault \"\(text)\" names no route",
                    hint: "write it as 'POST /sign/* status=503 count=1', or as 'broker stall'")
            }
            var effects = FaultEffects()
            conditions = try Self.read(words, of: text) { effects.take($0) }
            isEmpty = effects == FaultEffects()
            subject = .answers(pattern, effects)
        }
        if isEmpty { throw SandboxError(.options, "the fault \"\(text)\" does not say what goes wrong") }
    }

    /// Whether it is about the broker's connections.
    var isAboutBroker: Bool {
        if case .connections = subject { true } else { false }
    }

    /// Whether a request is one that it is about.
    func matches(_ request: Request) -> Bool {
        if case .answers(let pattern, _) = subject { pattern.matches(request) } else { false }
    }

    /// Reads the words after the route: conditions here, effects by `take`.
    private static func read(
        _ words: ArraySlice<Substring>, of text: String, _ take: (FaultWord) -> Bool
    ) throws(SandboxError) -> FaultConditions {
        var conditions = FaultConditions()
        for word in words {
            let read = FaultWord(word)
            guard conditions.take(read) || take(read) else {
                throw SandboxError(.options, "the fault \"\(text)\" has a word that is not understood: \(word)")
            }
        }
        return conditions
    }
}
