import CommandLineKit
import PKI

// Key, certificate, request and CA's certificate: there, readable, belonging together.
extension Examination {
    func lookAtFiles() -> StepReport {
        if let missing = subject.missing {
            // Before the first retrieval there is nothing here yet, and the platform is what is asked about.
            guard subject.platform == nil || subject.broker != nil else {
                return StepReport(skipped: .files, "no identity of \(missing.device) in \(missing.folder) yet")
            }
            return StepReport(.files, [], [found(.filesNone, ["folder": missing.folder])])
        }
        guard let files = subject.files else { return StepReport(skipped: .files, "none") }
        var (facts, findings): ([String], [Finding]) = ([], [])
        if let (folder, reason, cure) = files.openFolder {
            findings.append(found(.filesOpen, ["folder": folder, "reason": reason, "cure": cure]))
        }
        readKey(files, &facts, &findings)
        readCertificate(files, &findings)
        readAuthorities(files, &findings)
        if let own = match(files, &findings) { facts.append(own) }
        if let chain = checkChain(files, &findings) { facts.append(chain) }
        if let reason = material.certificate?.clientUsageProblem {
            findings.append(found(.chainUsage, ["reason": reason]))
        }
        checkRequest(files, &findings)
        if let broken = files.brokenProfile {
            findings.append(found(.filesProfile, ["file": broken.file, "reason": broken.reason]))
        }
        if let (folder, name) = files.withoutProfile {
            let severity: FindingKind.Severity? = subject.broker == nil ? nil : .warning
            findings.append(found(.filesNoProfile, ["folder": folder, "device": name], severity: severity))
        }
        if facts.isEmpty, let authority = material.authorities.first { facts.append("the CA is \(authority.subject)") }
        let order: (Finding) -> Int = { $0.severity == .fault ? 0 : 1 }
        return StepReport(.files, facts, findings.filter { order($0) == 0 } + findings.filter { order($0) == 1 })
    }

    private func readKey(_ files: Subject.Files, _ facts: inout [String], _ findings: inout [Finding]) {
        guard let file = files.key else { return }
        guard case .content(let content, let mode) = look(file, &findings) else { return }
        do throws(PKIError) {
            material.key = try PrivateKey(pem: content.bytes)
        } catch {
            let kind: FindingKind = error.code == .encryptedKey ? .filesEncrypted : .filesPEM
            findings.append(found(kind, ["file": file, "reason": Self.tail(error.message)]))
        }
        let octal = String(mode & 0o777, radix: 8)
        let padded = String(repeating: "0", count: max(0, 4 - octal.count)) + octal
        if mode & 0o077 == 0 {
            facts.append("key \(padded)")
        } else {
            findings.append(found(.filesMode, ["file": file, "mode": padded]))
        }
    }

    private func readCertificate(_ files: Subject.Files, _ findings: inout [Finding]) {
        guard let file = files.certificate, let all = certificates(in: file, &findings) else { return }
        material.certificate = all.first
        material.others = Array(all.dropFirst())
    }

    private func readAuthorities(_ files: Subject.Files, _ findings: inout [Finding]) {
        guard let file = files.authority, let all = certificates(in: file, &findings) else { return }
        let authorities = all.filter { $0.isCertificateAuthority || $0.isSigned(by: $0) }
        guard !authorities.isEmpty else {
            findings.append(found(.chainNoAuthority, ["file": file, "subject": "\(all[0].subject)"]))
            return
        }
        material.authorities = authorities
        if let stray = all.first(where: { !authorities.contains($0) }) {
            findings.append(found(.chainStray, ["file": file, "subject": "\(stray.subject)"]))
        }
    }

    /// Whether key and certificate are a pair; says so where they are.
    private func match(_ files: Subject.Files, _ findings: inout [Finding]) -> String? {
        guard let key = material.key, let first = material.certificate, let file = files.certificate else { return nil }
        if key.belongs(to: first) {
            material.isUsable = true
            return "key and certificate belong together"
        }
        guard let own = material.others.first(where: key.belongs) else {
            findings.append(found(.filesMismatch))
            return nil
        }
        findings.append(found(.chainOrder, ["file": file, "first": "\(first.subject)", "own": "\(own.subject)"]))
        material.others = [first] + material.others.filter { $0 != own }
        material.certificate = own
        return nil
    }

    /// Whether a CA of the file signed the certificate, perhaps through others beside it; says so where one did.
    private func checkChain(_ files: Subject.Files, _ findings: inout [Finding]) -> String? {
        guard let certificate = material.certificate, !material.authorities.isEmpty else { return nil }
        // For any broker the file of authorities is about the broker's certificate, not about ours.
        let severity: FindingKind.Severity = files.isIdentity ? .fault : .suspicion
        if let issuer = certificate.missingIssuer(among: material.others, authorities: material.authorities) {
            findings.append(
                found(
                    certificate.isSelfSigned ? .chainSelfSigned : .chainUnknown,
                    ["issuer": shown(issuer, of: certificate, among: material.authorities)],
                    severity: severity))
            return nil
        }
        do throws(PKIError) {
            // Its dates are a step of their own.
            try certificate.verify(against: material.authorities, through: material.others, for: .tlsClient, at: nil)
            return "chain ok"
        } catch {
            // What it is for is a finding of its own.
            if certificate.clientUsageProblem == nil {
                findings.append(found(.chainInvalid, ["reason": error.message], severity: severity))
            }
            return nil
        }
    }

    /// The issuer's name; where a CA in the file has the same name, with what tells the two apart.
    func shown(_ issuer: DistinguishedName, of certificate: Certificate, among authorities: [Certificate]) -> String {
        issuer == certificate.issuer ? certificate.shownIssuer(among: authorities) : "\(issuer)"
    }

    private func checkRequest(_ files: Subject.Files, _ findings: inout [Finding]) {
        guard let file = files.request else { return }
        switch FileLook(file) {
        case .wrong(let kind, let values):
            let reason =
                kind.code == "files.empty" ? "is empty" : "cannot be read: \(values["reason"] ?? "it is missing")"
            findings.append(found(.filesRequest, ["file": file, "reason": reason]))
        case .content(let content, _):
            guard let request = try? CertificateRequest(pem: content.bytes) else {
                findings.append(found(.filesRequest, ["file": file, "reason": "is broken"]))
                return
            }
            guard let key = material.key, request.publicKey != key.publicKey else { return }
            findings.append(found(.filesRequest, ["file": file, "reason": "is of another key"]))
        }
    }

    private func look(_ file: String, _ findings: inout [Finding]) -> FileLook {
        let look = FileLook(file)
        if case .wrong(let kind, var values) = look {
            // A CA's certificate is fetched again without a new identity.
            values.merge(fixes(for: file)) { $1 }
            findings.append(found(kind, values))
        }
        return look
    }

    private func certificates(in file: String, _ findings: inout [Finding]) -> [Certificate]? {
        guard case .content(let content, _) = look(file, &findings) else { return nil }
        do throws(PKIError) {
            return try Certificate.all(pem: content.bytes)
        } catch {
            let values = ["file": file, "reason": Self.tail(error.message)]
            findings.append(found(.filesPEM, values.merging(fixes(for: file)) { $1 }))
            return nil
        }
    }

    /// The fixes that depend on the file: its access rights, and a CA's certificate, which is fetched again without a new identity.
    func fixes(for file: String) -> [String: String] {
        var fixes = ["access": subject.files?.accessFix?(file) ?? "ls -ld \(file.shellWord)"]
        if subject.files?.isIdentity == true, file == subject.files?.authority {
            fixes["retrieve"] = subject.association
        }
        return fixes
    }
}
