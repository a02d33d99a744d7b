import Diagnosis
import MQTT

/// A diagnosis as a script reads it.
struct DiagnosisJSON: Encodable {
    let device: String?
    let tenant: String?
    /// Host and port.
    let broker: String?
    let gateway: String?
    /// The steps that were taken, in their order.
    let steps: [StepReport]
    /// What is to be mended first; nothing where nothing is wrong.
    let cause: Finding?
    /// As the program ends.
    let exitCode: Int32

    init(_ target: DiagnosisTarget, _ report: DiagnosisReport) {
        let subject = target.subject
        device = subject.device ?? subject.missing?.device
        tenant = subject.tenant
        broker = subject.broker?.peer
        gateway = subject.platform.map { "\($0.gateway)" }
        steps = report.steps
        cause = report.cause
        exitCode = (report.cause.map { ExitCode($0.kind.effect) } ?? .success).rawValue
    }
}
