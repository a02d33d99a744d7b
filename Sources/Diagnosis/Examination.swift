import CommandLineKit
import Dojot
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
    /// Whether the platform's CA is none of those in the CA file; false where the comparison is not possible.
    lazy var hasOtherAuthority = compareAuthorities()
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

    /// The values that are the same in all steps. A command is there only where all of its own values are known.
    private var common: [String: String] {
        let files = "give the right files with --cert, --key and --cafile"
        let device = subject.device ?? subject.missing?.device
        let own = subject.tenant.flatMap { tenant in device.map { "\(tenant):\($0)" } }
        // Without -w retrieve-cert compares an identity with its platform's CA, and names the command that replaces it.
        let restore = subject.files?.isIdentity == true ? subject.association : nil
        let authority = "give the CA certificate of the broker's platform with --cafile"
        var values = [
            "device": device ?? "the device",
            "gateway": subject.platform.map { "\($0.gateway)" } ?? "the gateway",
            "certificate": subject.files?.certificate ?? "the device's certificate",
            "key": subject.files?.key ?? "the device's key",
            "authority": subject.files?.authority ?? "the CA's file",
            "id": subject.broker?.clientIdentifier ?? "a client without an identifier", "now": "\(Timestamp.now)",
        ]
        // Whole fixes.
        values["retrieve"] = subject.retrieval ?? files
        values["renew"] = subject.renewal ?? subject.retrieval ?? files
        values["associate"] = subject.association ?? subject.retrieval ?? files
        values["check"] = subject.platformCheck ?? files
        values["devices"] = subject.deviceList ?? "see the device's id on the dojot web page"
        values["trust"] = restore ?? authority
        values["chain"] = restore ?? subject.retrieval ?? authority
        values["list"] = restore.map { "\($0) --crl" } ?? "replace it by the platform's present list"
        values["name"] =
            subject.retrieval ?? "give the device's certificate with --cert and its key with --key"
        let identifier = own?.shellWord ?? "that of the device, with its tenant"
        values["identify"] =
            own.map { "connect with -i \($0.shellWord)" }
            ?? "give the device's client identifier, with its tenant, with -i"
        values["identity"] =
            "see that the client identifier is \(identifier), and the certificate that device's own"
        values["rival"] = "see that the client identifier is \(identifier), and that no other client has it"
        // Mosca closes the connection of another identifier without a CONNACK.
        values["closing"] =
            subject.brokerKind == .mosca
            ? "see that the client identifier is \(identifier), and the broker's log" : "see the broker's log"
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
