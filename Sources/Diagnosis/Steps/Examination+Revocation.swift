import Dojot
import PKI

// Whether the certificate was taken back: the platform's word, else its list in a file.
extension Examination {
    func lookAtRevocation() -> StepReport {
        guard let certificate = material.certificate else { return StepReport(skipped: .crl, "no certificate") }
        guard case .open = login else { return lookIntoFile(certificate) }
        // Another CA may have the same name and a certificate with the same serial number: EJBCA-REST does not compare certificates.
        if hasOtherAuthority { return StepReport(skipped: .crl, "the platform's CA is not that of the certificate") }
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
        case .wrong(let kind, let values):
            return StepReport(.crl, [], [found(kind, values.merging(fixesOfList(file)) { $1 })])
        case .content(let content, _):
            do throws(PKIError) {
                return check(
                    certificate, try CertificateRevocationList(pem: content.bytes), from: "in \(file)", tooOld: .crlOld)
            } catch {
                let values = ["file": file, "reason": error.message]
                return StepReport(.crl, [], [found(.filesPEM, values.merging(fixesOfList(file)) { $1 })])
            }
        }
    }

    /// A list of an identity is fetched again with `--crl`; another one only its user can replace.
    private func fixesOfList(_ file: String) -> [String: String] {
        let isOurs = subject.files?.isIdentity == true
        let fetch = isOurs ? subject.association.map { "\($0) --crl" } : nil
        return fixes(for: file).merging(["retrieve": fetch ?? "replace the list by the platform's present one"]) { $1 }
    }

    private func check(
        _ certificate: Certificate, _ list: CertificateRevocationList, from source: String, tooOld: FindingKind
    ) -> StepReport {
        guard !material.authorities.isEmpty else {
            return StepReport(skipped: .crl, "not checked: there is no CA certificate to check the list \(source) with")
        }
        switch list.answer(
            about: certificate, trusting: material.authorities, through: material.others, at: trueNow)
        {
        case .revoked(let entry):
            return StepReport(.crl, [], [found(.crlRevoked, ["reason": Self.spelled(entry.reason)])])
        case .notRevoked: return StepReport(.crl, ["not on the list \(source)"])
        case .unknown(let problem): return StepReport(.crl, [], [ofProblem(problem, of: list, source, tooOld)])
        }
    }

    private func ofProblem(
        _ problem: CertificateRevocationList.Problem, of list: CertificateRevocationList, _ source: String,
        _ tooOld: FindingKind
    ) -> Finding {
        switch problem.kind {
        case .notSigned: found(.crlForged, ["source": source, "issuer": "\(list.issuer)"])
        case .expired:
            found(tooOld, ["source": source, "date": "\(Timestamp(unixSeconds: list.nextUpdate ?? .min))"])
        case .notYetValid, .unsupported, .otherIssuer:
            found(.crlUnusable, ["source": source, "reason": problem.message])
        }
    }

    private static func spelled(_ reason: RevocationReason?) -> String {
        guard let reason, reason != .unspecified else { return "" }
        return " (\(reason.rawValue))"
    }
}
