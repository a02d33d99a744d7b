/// What came of one step.
public struct StepReport: Sendable, Encodable {
    public enum State: String, Sendable, Encodable {
        case passed
        /// It found a fault.
        case failed
        /// It found what need do no harm.
        case warned
        /// It was not taken, or could not tell.
        case skipped
    }

    public let step: Step
    public let state: State
    /// What is to be said of it, on one line.
    public let line: String
    /// What it found, the likeliest cause first.
    public let findings: [Finding]
    /// How long it took, in seconds.
    public internal(set) var seconds = 0.0

    /// A step that was taken.
    ///
    /// - Parameters:
    ///   - facts: what is well; not said of a step that failed, whose findings are.
    init(_ step: Step, _ facts: [String], _ findings: [Finding] = []) {
        self.step = step
        self.findings = findings
        let isFailed = findings.contains { $0.severity == .fault || $0.severity == .aside }
        state = isFailed ? .failed : findings.isEmpty ? .passed : .warned
        let shown = isFailed ? findings.map(\.line) : facts.map(Text.shown) + findings.map(\.line)
        line = shown.joined(separator: isFailed ? "; " : ", ")
    }

    /// A step that was not taken, or could not tell.
    init(skipped step: Step, _ reason: String) {
        self.step = step
        state = .skipped
        line = Text.shown(reason)
        findings = []
    }
}
