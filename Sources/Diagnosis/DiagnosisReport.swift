/// All that a walk found.
public struct DiagnosisReport: Sendable {
    public let steps: [StepReport]

    /// What is to be mended first; nil where nothing is wrong, or nothing that does harm.
    public var cause: Finding? {
        let findings = steps.flatMap(\.findings)
        // What is suspicious about a certificate explains why the broker refuses it, and nothing else.
        let isRefused = steps.contains { $0.step == .client && $0.state == .failed } || isShutOut
        return findings.first { $0.severity == .fault || (isRefused && $0.severity == .suspicion) }
            ?? findings.first { $0.severity == .aside }
    }

    /// Whether the broker takes the certificate, but not who it says it is.
    private var isShutOut: Bool {
        steps.contains { [.connack, .config, .attrs].contains($0.step) && $0.findings.contains(where: \.isRefusal) }
    }
}

extension Finding {
    fileprivate var isRefusal: Bool { kind.effect == .refused && severity == .fault }
}
