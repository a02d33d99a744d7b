import MQTT
import PKI

// Whether it is TLS, and the broker's certificate.
extension Examination {
    func secure() -> StepReport {
        guard let probe, probe.options.tls != nil else { return StepReport(skipped: .tls, "not asked for") }
        guard let target else { return StepReport(skipped: .tls, "not reached") }
        let report = probe.secure(target)
        tls = report
        isServerVerified = report.failure == nil && report.refusals.isEmpty && hasAuthority
        if let failure = report.failure, !failure.isAboutClient {
            return StepReport(.tls, [], [ofHandshake(failure, report, probe, target)])
        }
        let version = [report.version].compactMap { $0 }
        let list = names.isEmpty ? [] : ["the broker's certificate is for \(names.joined(separator: ", "))"]
        guard hasAuthority else {
            return StepReport(.tls, version + ["nothing to check the broker's certificate with"] + list)
        }
        let left = brokerChain.first.map { ["\(Text.span($0.notAfter - trueNow)) left"] } ?? []
        return StepReport(.tls, version + left + list, refusals(report))
    }

    /// Whether anything says which authorities to trust.
    private var hasAuthority: Bool {
        guard let tls = subject.broker?.tls else { return false }
        return !material.authorities.isEmpty || tls.authorityFolder != nil || tls.trustsSystem
    }

    /// The names that the broker's certificate is for.
    private var names: [String] {
        guard let own = brokerChain.first else { return [] }
        let alternatives = own.subjectAlternativeNames.compactMap { name -> String? in
            switch name {
            case .dns(let text), .ip(let text): text
            case .other: nil
            }
        }
        return alternatives.isEmpty ? own.subject.commonName.map { [$0] } ?? [] : alternatives
    }

    // MARK: What the certificate fails on

    /// The findings of a certificate that does not hold, who signed it first: what it says itself counts for little without that.
    private func refusals(_ report: TLSReport) -> [Finding] {
        let findings = report.refusals.map(ofRefusal)
        return findings.filter { $0.code == "tls.ca" || $0.code == "tls.self-signed" }
            + findings.filter { $0.code != "tls.ca" && $0.code != "tls.self-signed" }
    }

    func ofRefusal(_ refusal: MQTTError) -> Finding {
        let own = brokerChain.first
        switch refusal.code {
        case .serverName:
            let list = names.isEmpty ? "no name at all" : names.joined(separator: ", ")
            return found(
                .tlsName, ["way": wayByName], fact: "the broker's certificate is for \(list)")
        case .serverUnknownAuthority:
            if let own, own.isSigned(by: own) { return found(.tlsSelfSigned) }
            let trusted = subject.files?.authority ?? subject.broker?.tls?.authorityFolder
            return found(
                .tlsAuthority,
                [
                    "issuer": brokerChain.last?.shownIssuer(among: material.authorities) ?? "somebody else",
                    "trusted": trusted.map { "in \($0)" } ?? "that this system trusts",
                ])
        case .serverExpired:
            return found(.tlsExpired, ["date": "\(Timestamp(unixSeconds: brokerChain.map(\.notAfter).min() ?? 0))"])
        case .serverNotYetValid:
            return found(.tlsEarly, ["date": "\(Timestamp(unixSeconds: brokerChain.map(\.notBefore).max() ?? 0))"])
        case .serverRevoked:
            let file = subject.broker?.tls?.revocationList?.file ?? "the revocation list"
            return found(.tlsRevoked, ["source": file])
        default: return found(.tlsCertificate, ["reason": Self.tail(refusal.message)])
        }
    }

    /// How to connect by a name that the broker's certificate has, where that is a host name and nothing else.
    private var wayByName: String {
        names.first(where: HostName.isValid).map { "connect with -h \($0), or " } ?? ""
    }

    // MARK: Why there is no TLS

    private func ofHandshake(
        _ failure: MQTTError, _ report: TLSReport, _ probe: BrokerProbe, _ target: BrokerProbe.Target
    ) -> Finding {
        switch failure.code {
        case .timeout: return found(.tlsSilent)
        case .noCommonProtocol: return found(.tlsVersion)
        case .notTLS where !report.greeting.isEmpty: return ofGreeting(report.greeting)
        case .notTLS where report.greeting.isEmpty, .handshakeClosed where report.greeting.isEmpty:
            switch probe.identify(target, within: min(subject.timeout, 3)) {
            case .mqtt: return found(.tlsNone)
            case .other(let greeting): return ofGreeting(greeting)
            case .tls, .closed, .silent: return found(.tlsClosed)
            }
        case .handshakeClosed: return found(.tlsClosed)
        case .fileMissing, .fileUnreadable, .keyMismatch, .keyEncrypted, .tlsSettings, .invalid:
            return found(.tlsLocal, ["reason": failure.message])
        default: return found(.tlsFailed, ["reason": Self.tail(failure.message)])
        }
    }

    private func ofGreeting(_ bytes: [UInt8]) -> Finding {
        if bytes.starts(with: Array("HTTP/".utf8)) { return found(.tlsHTTP) }
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        let isText = line.allSatisfy { (0x20...0x7E).contains($0) }
        return found(.tlsOther, ["greeting": isText ? "\"\(String(decoding: line, as: UTF8.self))\"" : "no text"])
    }
}

extension MQTTError {
    /// Whether the broker's certificate is refused.
    var isAboutServer: Bool {
        [
            .serverName, .serverUnknownAuthority, .serverExpired, .serverNotYetValid, .serverRevoked,
            .serverCertificate,
        ]
        .contains(code)
    }

    /// Whether the broker refuses our certificate, not we its.
    var isAboutClient: Bool {
        [
            .clientRevoked, .clientExpired, .clientNotYetValid, .clientUnknownAuthority, .certificateRequired,
            .clientCertificate,
        ]
        .contains(code)
    }
}
