/// All that a walk found.
public struct DiagnosisReport: Sendable {
    public let steps: [StepReport]

    /// What is to be mended first; nil where nothing is wrong, or nothing that does harm.
    public var cause: Finding? {
        let findings = steps.flatMap(\.findings)
        // EJBCA revokes the certificates of a device that is deleted, and its broker refuses them.
        if let deleted = findings.first(where: { $0.code == FindingKind.deviceUnknown.code }) { return deleted }
        guard let fault = findings.first(where: { $0.severity == .fault }) else {
            return findings.first { $0.severity == .aside }
        }
        // A suspicion about the certificate is the cause only where the broker refuses the device without a reason.
        return fault.isRefusalByBroker ? findings.first { $0.severity == .suspicion } ?? fault : fault
    }
}

extension DiagnosisReport {
    /// Whether the platform, which was not asked for want of a login, may know why the broker refuses the device: that its certificate is
    /// associated with another device, that the device was deleted or disabled, or that the CA was replaced.
    public var needsLogin: Bool {
        guard steps.contains(where: { $0.step == .device }), !steps.contains(where: { $0.step == .login }) else {
            return false
        }
        guard let cause else { return false }
        // A device that was deleted has its certificates revoked.
        return cause.isRefusalByBroker || [FindingKind.clientRevoked, .crlRevoked].map(\.code).contains(cause.code)
    }
}

extension Finding {
    /// Whether the broker does not take the certificate, or not who it says it is.
    fileprivate var isRefusalByBroker: Bool {
        let explained = [FindingKind.clientRevoked, .clientExpired, .clientEarly].map(\.code)
        return code == FindingKind.connackClosed.code
            || [.client, .connack, .config, .attrs].contains(kind.step) && kind.effect == .refused
                && !explained.contains(code)
    }
}
