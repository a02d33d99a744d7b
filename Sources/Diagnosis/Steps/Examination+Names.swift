import CommandLineKit
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
            } else {
                facts.append("CN \(cn)")
            }
        }
        if let full { lookAtConnection(wanted: full, &facts, &findings) }
        if facts.isEmpty && findings.isEmpty { return StepReport(skipped: .name, "no certificate, and no tenant") }
        return StepReport(.name, facts, findings)
    }

    /// The finding of a certificate without its tenant, for a broker that refuses the device; nil where the name cannot be the reason.
    ///
    /// Up to v0.4.4, Mosca wants the common name DEVICE, from v0.5.0 on TENANT:DEVICE (dojot/iotagent-mosca, index.js and src/mosca.js).
    /// VerneMQ has a list of certificates since 0.7, and the certificates of x509-identity-mgmt are without a tenant by default.
    var nameWithoutTenant: Finding? {
        guard subject.platform?.generation != .x509, subject.brokerKind != .vernemq, let device = subject.device,
            material.certificate?.subject.commonName == device, let tenant = subject.tenant
        else { return nil }
        let wanted = Topic.clientID(tenant: tenant, device: device)
        var values = ["cn": device, "wanted": wanted]
        // Without a login it is not known whether the device still exists.
        if case .open = login, let platform = subject.platform {
            values["check"] = "dojot-device retrieve-cert \("\(platform.gateway)".shellWord) \(wanted.shellWord)"
        }
        return found(.nameBare, values)
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
