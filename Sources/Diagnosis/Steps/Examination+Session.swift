import Dojot
import MQTT
import PKI

// Our certificate, and the broker's answer to CONNECT: one attempt tells both.
extension Examination {
    /// What became of the attempt to connect.
    enum Opening {
        case notTried
        /// Not tried since it would be of no use, or do harm.
        case withheld(String)
        case failed(MQTTError)
        case open(ProbeSession)
    }

    func showCertificate() -> StepReport {
        guard let tls else { return StepReport(skipped: .client, "not reached") }
        if let failure = tls.failure {
            return failure.isAboutClient
                ? StepReport(.client, [], [ofClient(failure)]) : StepReport(skipped: .client, "not reached")
        }
        connect()
        if case .failed(let error) = opening, error.isAboutClient {
            return StepReport(.client, [], [ofClient(error)])
        }
        guard tls.asksForCertificate else {
            guard subject.device != nil else { return StepReport(skipped: .client, "none is asked for") }
            return StepReport(.client, [], [found(.clientUnasked)])
        }
        guard subject.broker?.tls?.certificateFile != nil else {
            guard case .open = opening else { return StepReport(skipped: .client, "none was given") }
            return StepReport(.client, ["one is asked for, and it goes without"])
        }
        switch opening {
        case .open: return StepReport(.client, ["our certificate is accepted"])
        // The broker looks at the certificate before it answers.
        case .failed(let error) where error.isConnack: return StepReport(.client, ["our certificate is accepted"])
        case .withheld(let reason): return StepReport(skipped: .client, reason)
        case .failed, .notTried: return StepReport(skipped: .client, "not known: the broker did not answer")
        }
    }

    func lookAtConnack() -> StepReport {
        guard let target, tls?.failure == nil else { return StepReport(skipped: .connack, "not reached") }
        if case .notTried = opening { connect() }
        switch opening {
        case .notTried: return StepReport(skipped: .connack, "not reached")
        case .withheld(let reason): return StepReport(skipped: .connack, reason)
        case .failed(let error) where error.isAboutClient: return StepReport(skipped: .connack, "not reached")
        // The peer of this connection is another one than that of the TLS step.
        case .failed(let error) where error.isAboutServer: return StepReport(.connack, [], [ofRefusal(error)])
        case .failed(let error):
            let finding = ofConnack(error, target)
            let isRefused = ["connack.closed", "connack.2", "connack.5"].contains(finding.code)
            return StepReport(.connack, [], [finding] + (isRefused ? [nameWithoutTenant].compactMap(\.self) : []))
        case .open(let session):
            let id = subject.broker?.clientIdentifier.map { " as \($0)" } ?? ""
            return StepReport(.connack, ["accepted\(id), \(session.version.name)"])
        }
    }

    /// Connects by the first version of MQTT that the broker speaks.
    private func connect() {
        guard let probe, let options = subject.broker else { return }
        if options.tls?.certificateFile != nil && !material.isUsable {
            opening = .withheld("not tried: the files do not hold")
            return
        }
        if options.password != nil && options.tls != nil && !isServerVerified {
            opening = .withheld("not tried: the password is not for a broker whose certificate does not hold")
            return
        }
        let versions = subject.isVersionChosen ? [options.version] : likelyVersions
        for (index, version) in versions.enumerated() {
            opening = open(probe, version)
            guard case .failed(let error) = opening, index < versions.count - 1, error.mayBeAboutVersion else { return }
        }
    }

    /// Connects; once more where the peer hung up without a word, since a reset can take a refusal's words away.
    private func open(_ probe: BrokerProbe, _ version: ProtocolVersion) -> Opening {
        var failure: MQTTError?
        for _ in 0..<2 {
            do throws(MQTTError) {
                return .open(try probe.open(version: version))
            } catch {
                failure = error
                guard error.isWordless, probe.options.tls != nil else { break }
            }
        }
        return failure.map(Opening.failed) ?? .notTried
    }

    /// MQTT 5 says more. What Mosca does with it is not worth waiting for.
    private var likelyVersions: [ProtocolVersion] { subject.brokerKind == .mosca ? [.v311] : [.v5, .v311] }

    private func ofClient(_ error: MQTTError) -> Finding {
        switch error.code {
        case .clientRevoked: return found(.clientRevoked)
        case .clientExpired: return found(.clientExpired)
        case .clientNotYetValid: return found(.clientEarly)
        case .clientUnknownAuthority:
            let accepted = tls?.acceptedAuthorities ?? []
            return found(
                .clientUnknownCA,
                [
                    "issuer": "\(material.certificate?.issuer.description ?? "nobody knows")",
                    "accepted": accepted.isEmpty ? "" : ": it takes those of \(accepted.joined(separator: ", "))",
                ])
        case .certificateRequired: return found(.clientMissing)
        default: return found(.clientRefused, ["reason": Self.tail(error.message)])
        }
    }

    private func ofConnack(_ error: MQTTError, _ target: BrokerProbe.Target) -> Finding {
        if let reason = error.connackReason { return ofConnack(reason, error) }
        // A peer that hangs up quickly enough looks like one that refused the connection, which it did not.
        if subject.broker?.tls == nil, error.code != .timeout, let report = probe?.secure(target),
            report.failure == nil || report.failure?.isAboutClient == true
        {
            return found(.tlsExpected)
        }
        if subject.broker?.tls == nil, probe?.speaksHTTP(target) == true {
            return found(.connackProtocol, ["reason": "it speaks HTTP"])
        }
        switch error.code {
        case .timeout: return found(.connackSilent)
        case .protocolViolation: return found(.connackProtocol, ["reason": "it does not answer in MQTT"])
        case .invalid: return found(.connackProtocol, ["reason": error.message])
        default: return found(.connackClosed)
        }
    }

    /// Whether the association of our certificate, which the broker goes by, is not known.
    private var mayBeUnassociated: Bool {
        guard subject.brokerKind == .vernemq, subject.broker?.tls?.certificateFile != nil, subject.platformCheck != nil
        else { return false }
        if case .success = standing { return false }
        return true
    }

    private func ofConnack(_ reason: Int, _ error: MQTTError) -> Finding {
        let values = ["n": "\(reason)", "reason": Self.tail(error.message)]
        switch reason {
        case 1, 132: return found(.connackVersion, values)
        case 2, 133: return found(.connackIdentifier, values)
        case 3, 136: return found(.connackUnavailable, values)
        case 4, 134: return found(.connackUser, values)
        case 5, 135: return found(mayBeUnassociated ? .connackUnassociated : .connackUnauthorized, values)
        default: return found(.connackOther, values)
        }
    }
}

extension MQTTError {
    /// The reason code of a CONNACK that says no.
    fileprivate var connackReason: Int? {
        code.rawValue.hasPrefix("connack.") ? Int(code.rawValue.dropFirst("connack.".count)) : nil
    }

    fileprivate var isConnack: Bool { connackReason != nil }

    /// Whether the peer hung up and did not say why.
    fileprivate var isWordless: Bool {
        [.closedBeforeConnack, .handshakeClosed, .connectionLost].contains(code)
    }

    /// Whether an older version of MQTT may get another answer. A closed connection counts, also where our own certificate is what may
    /// explain it.
    fileprivate var mayBeAboutVersion: Bool {
        isAboutClient
            || [.connack(1), .connack(132), .protocolViolation, .closedBeforeConnack, .timeout, .connectionLost]
                .contains(code)
    }
}

extension ProtocolVersion {
    /// As the standard calls it.
    var name: String {
        switch self {
        case .v5: "MQTT 5"
        case .v311: "MQTT 3.1.1"
        case .v31: "MQTT 3.1"
        }
    }
}
