import CLibCrypto

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
            switch list.answer(about: certificate, trusting: authorities.map(\.certificate), at: now) {
            case .notRevoked: relations.append(Relation(kind: .notRevoked, members: [other, place]))
            case .revoked(let entry):
                let (date, reason) = (Timestamp(unixSeconds: entry.date), entry.reason.rawValue)
                let message = "it was revoked on \(date) (\(reason)), says \(members[place].name)"
                findings.append((other, Finding(.revoked, message)))
            case .unknown(let problem):
                findings.append((other, finding(of: certificate, in: list, named: members[place].name, problem)))
            }
        }
    }

    /// What is said of a certificate whose issuer's list is not to be believed.
    private func finding(
        of certificate: Certificate, in list: CertificateRevocationList, named name: String,
        _ problem: CertificateRevocationList.Problem
    ) -> Finding {
        guard !certificates.contains(where: { $0.certificate.isCertificateAuthority }) else {
            return Finding(.unusableList, "it is not known whether it is revoked: \(name) \(problem.message)")
        }
        let reason = "cannot be checked without the certificate of its CA"
        guard let entry = certificate.revocation(in: list) else {
            return Finding(.uncheckedList, "it is not known whether it is revoked: \(name) \(reason)")
        }
        let words = "\(Timestamp(unixSeconds: entry.date)) (\(entry.reason.rawValue))"
        return Finding(.unusableList, "\(name) says that it was revoked on \(words), but \(reason)")
    }

    /// Verifies each certificate whose issuer is here with OpenSSL; time, and what is found of each certificate by itself, is left out.
    mutating func verifyChains() {
        let signers = relations.filter { $0.kind == .signedBy }
        for (place, certificate) in certificates {
            // All that lead up from it: those that end the chain are trusted, the others lead there.
            var chain: [(place: Int, certificate: Certificate)] = []
            var last = place
            while let next = signers.first(where: { $0.members[0] == last })?.members[1],
                let found = certificates.first(where: { $0.place == next }),
                !chain.contains(where: { $0.place == next })
            {
                chain.append(found)
                last = next
            }
            guard let top = chain.last, chain.allSatisfy({ $0.certificate.passesForAuthority }) else { continue }
            guard
                let message = certificate.chainFlaw(
                    below: top.certificate, through: chain.dropLast().map(\.certificate))
            else { continue }
            findings.append((place, Finding(.brokenChain, "its chain is not valid: \(message)")))
        }
    }
}

extension Certificate {
    /// Why a chain is not valid for TLS, time and strength left out; nil where it is.
    fileprivate func chainFlaw(below top: Certificate, through intermediates: [Certificate]) -> String? {
        // An authority is verified as one, a server's certificate as a server's.
        let isServers = extendedKeyUsage.contains("serverAuth") && !extendedKeyUsage.contains("clientAuth")
        let purpose =
            isCertificateAuthority ? nil : isServers ? X509_PURPOSE_SSL_SERVER : X509_PURPOSE_SSL_CLIENT
        let verification = ChainVerification(
            certificate: self, authorities: [top], intermediates: intermediates, purpose: purpose)
        guard let problem = (try? verification.problems())?.first else { return nil }
        // These are said of the certificate itself.
        let isOwn = problem.certificate.map { $0 == self } ?? false
        if isOwn, [X509_V_ERR_INVALID_PURPOSE, X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION].contains(problem.code) {
            return nil
        }
        return error(for: problem, trusting: [top], at: 0).message
    }
}
