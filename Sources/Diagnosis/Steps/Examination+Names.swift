import Dojot
import MQTT
import PKI

// The names in certificate and client identifier, by the platform's rule.
extension Examination {
    func lookAtNames() -> StepReport {
        var (facts, findings): ([String], [Finding]) = ([], [])
        let cn = material.certificate?.subject.commonName
        guard let device = subject.device else {
            guard let cn else { return StepReport(skipped: .name, "no certificate, and no device of dojot's") }
            return StepReport(.name, ["CN \(cn)"])
        }
        let full = subject.tenant.map { Topic.clientID(tenant: $0, device: device) }
        if let cn {
            let names = [full, device].compactMap { $0 }
            if !names.contains(cn), !(full == nil && cn.hasSuffix(":\(device)")) {
                findings.append(found(.nameCN, ["cn": cn, "wanted": names.joined(separator: " or ")]))
            } else if cn == device, let full {
                facts.append("CN \(cn)")
                // x509-identity-mgmt writes the tenant into all that it signs: one without is not its own.
                let isForeign = subject.platform?.generation == .x509
                findings.append(found(.nameBare, ["cn": cn, "wanted": full], severity: isForeign ? .fault : nil))
            } else {
                facts.append("CN \(cn)")
            }
        }
        if let full { lookAtConnection(wanted: full, &facts, &findings) }
        if facts.isEmpty && findings.isEmpty { return StepReport(skipped: .name, "no certificate, and no tenant") }
        return StepReport(.name, facts, findings)
    }

    private func lookAtConnection(wanted: String, _ facts: inout [String], _ findings: inout [Finding]) {
        guard let broker = subject.broker else { return }
        switch subject.brokerKind {
        case .mosca where broker.tls != nil:
            guard broker.clientIdentifier == wanted else {
                let id = broker.clientIdentifier ?? "none"
                findings.append(found(.nameClientID, ["id": id, "wanted": wanted]))
                return
            }
            if let name = try? DeviceName(wanted), !name.isAcceptedByMosca {
                findings.append(found(.namePattern, ["id": wanted]))
                return
            }
            facts.append("client id \(wanted)")
        case .vernemq:
            if broker.username == wanted {
                facts.append("user name \(wanted)")
            } else {
                findings.append(found(.nameUser, ["user": broker.username ?? "not given", "wanted": wanted]))
            }
        case .mosca, nil: break
        }
    }
}
