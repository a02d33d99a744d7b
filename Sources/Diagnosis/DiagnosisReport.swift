/// All that a walk found.
public struct DiagnosisReport: Sendable {
    public let steps: [StepReport]

    /// What is to be mended first; nil where nothing is wrong, or nothing that does harm.
    public var cause: Finding? {
        let findings = steps.flatMap(\.findings)
        guard let fault = findings.first(where: { $0.severity == .fault }) else {
            return findings.first { $0.severity == .aside }
        }
        // What is suspicious about a certificate explains why the broker refuses it, and nothing else.
        return fault.isRefusalByBroker ? findings.first { $0.severity == .suspicion } ?? fault : fault
    }
}

extension Finding {
    /// Whether the broker does not take the certificate, or not who it says it is.
    fileprivate var isRefusalByBroker: Bool {
        [.client, .connack, .config, .attrs].contains(kind.step) && kind.effect == .refused
    }
}
