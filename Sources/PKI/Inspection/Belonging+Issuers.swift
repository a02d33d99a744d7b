extension Belonging {
    /// Finds who signed each certificate, where the signer is among them.
    mutating func lookForIssuers() {
        for (place, certificate) in certificates {
            let others = certificates.filter { $0.place != place && $0.certificate != certificate }
            if let issuer = others.first(where: { certificate.isSigned(by: $0.certificate) }) {
                relations.append(Relation(kind: .signedBy, members: [place, issuer.place]))
                if !issuer.certificate.passesForAuthority {
                    let name = members[issuer.place].name
                    findings.append(
                        (place, Finding(.notAuthority, "it is signed by \(name), which may not sign others")))
                }
                continue
            }
            let authorities = others.filter { $0.certificate.isCertificateAuthority }
            guard !certificate.isCertificateAuthority, !authorities.isEmpty else { continue }
            findings.append((place, Finding(.mismatch, missingIssuer(of: certificate, among: authorities))))
        }
    }

    private func missingIssuer(
        of certificate: Certificate, among authorities: [(place: Int, certificate: Certificate)]
    ) -> String {
        if let named = authorities.first(where: { $0.certificate.subject == certificate.issuer }) {
            return "it is not signed by the key of \(members[named.place].name), which it names"
        }
        let others = authorities.count > 1 ? " nor the other CAs here" : ""
        return "it is issued by \(certificate.issuer), not by \(authorities[0].certificate.subject)\(others)"
    }

    /// A file of authorities none of which signed anything here; that device's certificates miss theirs is said already.
    mutating func lookForUnusedAuthorities() {
        let used = relations.filter { $0.kind == .signedBy }.map { $0.members[1] }
        let issuers = certificates.filter { used.contains($0.place) }.map(\.certificate)
        let hasOthers = certificates.contains { !$0.certificate.isCertificateAuthority }
        guard hasOthers, !findings.contains(where: { $0.finding.code == .mismatch }) else { return }
        for inFile in certificatesByFile {
            let isUsed = inFile.contains { entry in
                issuers.contains(entry.certificate) || !entry.certificate.isCertificateAuthority
                    || lists.contains { $0.list.isSigned(by: entry.certificate) }
                    || relations.contains { $0.kind == .sameKey && $0.members.contains(entry.place) }
            }
            if isUsed { continue }
            findings.append((inFile[0].place, Finding(.mismatch, "it signed none of the others")))
        }
    }

    /// Finds who signed a list, and which of the certificates it names.
    mutating func judge(_ list: CertificateRevocationList, at place: Int) {
        let authorities = certificates.filter { $0.certificate.isCertificateAuthority }
        if let issuer = authorities.first(where: { list.isSigned(by: $0.certificate) }) {
            relations.append(Relation(kind: .signedBy, members: [place, issuer.place]))
        } else if !authorities.isEmpty {
            findings.append((place, Finding(.mismatch, "it is not signed by \(named(authorities.map(\.place)))")))
        } else if !certificates.isEmpty, !certificates.contains(where: { $0.certificate.issuer == list.issuer }) {
            findings.append(
                (place, Finding(.mismatch, "it is the list of \(list.issuer), who issued none of the certificates")))
        }
        for (other, certificate) in certificates where certificate.issuer == list.issuer && !certificate.isSelfIssued {
            guard let entry = certificate.revocation(in: list) else {
                relations.append(Relation(kind: .notRevoked, members: [other, place]))
                continue
            }
            let (date, reason) = (Timestamp(unixSeconds: entry.date), entry.reason.rawValue)
            let message = "it was revoked on \(date) (\(reason)), says \(members[place].name)"
            findings.append((other, Finding(.revoked, message)))
        }
    }
}
