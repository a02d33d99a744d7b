import HTTP
import MQTT
public import PKI

/// Walks the way from a device's files to its broker step by step, stops at nothing, and finds what is wrong.
///
/// Each step writes down what it learned for those after it; what depends on a step that failed is not taken.
public final class Examination {
    let subject: Subject

    // What the steps learned, in their order.
    var material = Material()
    /// Who is asked over HTTP; opened at the first request.
    lazy var contact = subject.platform.map { GatewayContact($0, timeout: subject.timeout) }
    lazy var login = logIn()
    lazy var standing = askForStanding()
    var isDeviceUnknown = false
    var targets: [BrokerProbe.Target] = []
    /// The address that TCP reached.
    var target: BrokerProbe.Target?
    var tls: TLSReport?
    /// What the broker's certificate failed on.
    var isServerVerified = true
    var opening = Opening.notTried

    public init(_ subject: Subject) { self.subject = subject }

    /// Takes the steps that there is something for, in order.
    ///
    /// - Parameters:
    ///   - began: called before a step.
    ///   - report: called after it.
    public func run(began: (Step) -> Void = { _ in }, report: (StepReport) -> Void) -> DiagnosisReport {
        var reports: [StepReport] = []
        for step in Step.allCases where isWanted(step) {
            began(step)
            let start = MonotonicTime.now
            var outcome = take(step)
            // To the millisecond.
            outcome.seconds = ((MonotonicTime.now - start) * 1000).rounded() / 1000
            reports.append(outcome)
            report(outcome)
        }
        opening = .notTried
        return DiagnosisReport(steps: reports)
    }

    /// The certificates that were seen, for those who may help: the device's and the CA's from their files, the broker's from it.
    public var certificates: (device: [Certificate], authorities: [Certificate], broker: [Certificate]) {
        (material.certificate.map { [$0] + material.others } ?? [], material.authorities, brokerChain)
    }

    /// The certificates that the broker sent, its own first.
    var brokerChain: [Certificate] { (tls?.chain ?? []).compactMap { try? Certificate(der: $0) } }

    private func isWanted(_ step: Step) -> Bool {
        switch step {
        case .files: subject.files != nil || subject.missing != nil
        case .dates: subject.files?.certificate != nil || subject.platform != nil
        case .crl: subject.files?.certificate != nil
        case .name: subject.files?.certificate != nil || (subject.device != nil && subject.broker != nil)
        case .gateway: subject.platform != nil
        case .login: subject.platform?.logIn != nil
        case .device, .entity: subject.platform != nil && subject.device != nil
        case .dns, .tcp, .tls, .connack: subject.broker != nil
        case .client: subject.broker?.tls != nil
        case .config: subject.broker != nil && subject.configTopic != nil
        case .attrs: subject.broker != nil && subject.attrsTopic != nil
        }
    }

    private func take(_ step: Step) -> StepReport {
        switch step {
        case .files: lookAtFiles()
        case .dates: lookAtDates()
        case .crl: lookAtRevocation()
        case .name: lookAtNames()
        case .gateway: lookAtGateway()
        case .login: lookAtLogin()
        case .device: lookForDevice()
        case .entity: lookAtEntity()
        case .dns: resolve()
        case .tcp: reach()
        case .tls: secure()
        case .client: showCertificate()
        case .connack: lookAtConnack()
        case .config: subscribe()
        case .attrs: publish()
        }
    }
}

extension Examination {
    /// A finding with the blanks that are the same in all steps filled in.
    func found(
        _ kind: FindingKind, _ values: [String: String] = [:], severity: FindingKind.Severity? = nil,
        fact: String? = nil
    ) -> Finding {
        Finding(kind, common.merging(values) { $1 }, severity: severity, fact: fact)
    }

    private var common: [String: String] {
        let files = "name the right files: --cert FILE --key FILE --cafile FILE"
        let device = subject.device ?? subject.missing?.device ?? "DEVICE"
        var values = [
            "gateway": subject.platform.map { "\($0.gateway)" } ?? "HOST", "device": device,
            "retrieve": subject.retrieval ?? files, "renew": subject.renewal ?? subject.retrieval ?? files,
            "certificate": subject.files?.certificate ?? "the device's certificate",
            "key": subject.files?.key ?? "the device's key",
            "authority": subject.files?.authority ?? "the CA's file",
            "id": subject.broker?.clientIdentifier ?? "a client without an identifier", "now": "\(Timestamp.now)",
        ]
        if let broker = subject.broker {
            values["host"] = broker.host
            values["port"] = "\(broker.port)"
            values["peer"] = broker.peer
        }
        return values
    }

    /// Unix seconds by this machine's clock.
    var now: Int64 { Timestamp.now.unixSeconds }

    /// Unix seconds by the gateway's clock, where it was heard, else by this machine's.
    var trueNow: Int64 { now + (contact?.clockOffset ?? 0) }
}
