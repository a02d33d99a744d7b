import Dojot
import PKI

// Whether the certificate was taken back: the platform's word, else its list in a file.
extension Examination {
    func lookAtRevocation() -> StepReport {
        guard let certificate = material.certificate else { return StepReport(skipped: .crl, "no certificate") }
        guard case .open = login else { return lookIntoFile(certificate) }
        switch standing {
        case .failure(let error): return StepReport(.crl, [], [ofRequest(error, otherwise: .entityFailed)])
        case .success(let (standing, _)):
            if case .revoked(let reason) = standing.state {
                return StepReport(.crl, [], [found(.crlRevoked, ["reason": Self.spelled(reason)])])
            }
        case nil: return lookIntoFile(certificate)
        }
        do throws(DojotError) {
            guard let list = try fetchRevocationList() else { return lookIntoFile(certificate) }
            return check(certificate, list, from: "of the platform", tooOld: .crlStale)
        } catch {
            return StepReport(.crl, ["not revoked, says the platform; its list is not to be had"])
        }
    }

    private func lookIntoFile(_ certificate: Certificate) -> StepReport {
        guard let file = subject.revocationListFile else {
            let reason = subject.platform == nil ? "not checked (give --crlfile)" : whyNotAsked
            return StepReport(skipped: .crl, reason)
        }
        switch FileLook(file) {
        case .wrong(let kind, let values): return StepReport(.crl, [], [found(kind, values)])
        case .content(let content, _):
            do throws(PKIError) {
                return check(
                    certificate, try CertificateRevocationList(pem: content.bytes), from: "in \(file)", tooOld: .crlOld)
            } catch {
                return StepReport(.crl, [], [found(.filesPEM, ["file": file, "reason": error.message])])
            }
        }
    }

    private func check(
        _ certificate: Certificate, _ list: CertificateRevocationList, from source: String, tooOld: FindingKind
    ) -> StepReport {
        if let entry = certificate.revocation(in: list) {
            return StepReport(.crl, [], [found(.crlRevoked, ["reason": Self.spelled(entry.reason)])])
        }
        var findings: [Finding] = []
        if !material.authorities.isEmpty, !material.authorities.contains(where: { list.isSigned(by: $0) }) {
            findings.append(found(.crlForged, ["source": source, "issuer": "\(list.issuer)"]))
        }
        if let end = list.nextUpdate, end < trueNow {
            findings.append(found(tooOld, ["source": source, "date": "\(Timestamp(unixSeconds: end))"]))
        }
        return StepReport(.crl, findings.isEmpty ? ["not on the list \(source)"] : [], findings)
    }

    private static func spelled(_ reason: RevocationReason?) -> String {
        guard let reason, reason != .unspecified else { return "" }
        return " (\(reason.rawValue))"
    }
}
