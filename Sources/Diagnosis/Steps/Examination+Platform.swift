import CommandLineKit
import Dojot
import HTTP
import PKI

// What the platform knows of the device and of its certificate.
extension Examination {
    func lookForDevice() -> StepReport {
        guard case .open(let session) = login else { return StepReport(skipped: .device, whyNotAsked) }
        guard let platform = subject.platform, let contact, let id = subject.device else {
            return StepReport(skipped: .device, "no device was named")
        }
        let devices = DeviceManager(
            gateway: platform.gateway, session: session, http: contact.http, timeout: subject.timeout, retry: .never)
        do throws(DojotError) {
            let device = try devices.device(DeviceName(id))
            if device.isDisabled { return StepReport(.device, [], [found(.deviceDisabled)]) }
            return StepReport(.device, ["\(device.id) is there, labelled \(device.label)"])
        } catch {
            if error.code == .unknownDevice {
                isDeviceUnknown = true
                return StepReport(.device, [], [found(.deviceUnknown)])
            }
            return StepReport(.device, [], [ofRequest(error, otherwise: .deviceFailed)])
        }
    }

    /// Why the platform is not asked something.
    var whyNotAsked: String {
        switch login {
        case .notAskedFor: "not checked (give --login)"
        case .notReached, .failed, .open: "not reached"
        }
    }

    /// The certificate authority that the profile says; without one EJBCA-REST, which is asked first.
    private func authority(_ generation: PlatformGeneration, _ session: Session) -> (any CertificateAuthority)? {
        guard let platform = subject.platform, let contact else { return nil }
        switch generation {
        case .ejbca:
            return EJBCACertificateAuthority(
                gateway: platform.gateway, session: session, http: contact.http, timeout: subject.timeout, retry: .never
            )
        case .x509:
            return X509CertificateAuthority(
                gateway: platform.gateway, session: session, http: contact.http, timeout: subject.timeout, retry: .never
            )
        }
    }

    /// The generations that may be behind the gateway, the likeliest first.
    private var generations: [PlatformGeneration] {
        subject.platform?.generation.map { [$0] } ?? PlatformGeneration.allCases
    }

    /// Asks whichever generation is there; nil where there is nobody to ask.
    private func ask<Answer>(
        _ question: (any CertificateAuthority) throws(DojotError) -> Answer
    ) throws(DojotError) -> Answer? {
        guard case .open(let session) = login else { return nil }
        for (index, generation) in generations.enumerated() {
            guard let authority = authority(generation, session) else { return nil }
            do throws(DojotError) {
                return try question(authority)
            } catch {
                guard error.code == .noRoute, index < generations.count - 1 else { throw error }
            }
        }
        return nil
    }

    /// What the platform says of the certificate; nil where it was not asked.
    func askForStanding() -> Result<(CertificateStanding, PlatformGeneration), DojotError>? {
        guard let certificate = material.certificate, let name = subject.platform?.authorityName else { return nil }
        do throws(DojotError) {
            let answer = try ask { authority throws(DojotError) in
                (try authority.standing(of: certificate, caName: name), authority.platform)
            }
            return answer.map { .success($0) }
        } catch {
            return .failure(error)
        }
    }

    /// Fetches the platform's CA certificate and compares its key with the keys in the CA file. A CA certificate that was issued again for
    /// the same key counts as the same CA.
    func compareAuthorities() -> Bool {
        guard !material.authorities.isEmpty, let name = subject.platform?.authorityName else { return false }
        guard
            let authority = try? ask({ authority throws(DojotError) in try authority.caCertificate(named: name) })
        else { return false }
        return !material.authorities.contains { $0.publicKey == authority.publicKey }
    }

    /// Fetches the CA's revocation list; nil where there is nobody to ask.
    func fetchRevocationList() throws(DojotError) -> CertificateRevocationList? {
        guard let name = subject.platform?.authorityName else { return nil }
        return try ask { authority throws(DojotError) in try authority.revocationList(named: name, isNew: false) }
    }

    // MARK: The end entity, or the association

    func lookAtEntity() -> StepReport {
        guard case .open(let session) = login else { return StepReport(skipped: .entity, whyNotAsked) }
        if hasOtherAuthority { return StepReport(.entity, [], [found(.entityOtherCA)]) }
        if isDeviceUnknown && material.certificate == nil { return StepReport(skipped: .entity, "there is no device") }
        var findings: [Finding] = []
        if case .success(let (standing, generation)) = standing {
            if standing.state == .unknown { findings.append(found(.entityUnknown)) }
            if generation == .x509 { return ofAssociation(standing, findings, session) }
        }
        guard generations.contains(.ejbca), let ejbca = authority(.ejbca, session) as? EJBCACertificateAuthority else {
            return StepReport(skipped: .entity, material.certificate == nil ? "no certificate yet" : "not known")
        }
        do throws(DojotError) {
            return try ofEndEntity(ejbca, session, findings)
        } catch {
            if error.code == .noRoute { return StepReport(skipped: .entity, "no certificate yet") }
            return StepReport(.entity, [], findings + [ofRequest(error, otherwise: .entityFailed)])
        }
    }

    private func ofAssociation(
        _ standing: CertificateStanding, _ findings: [Finding], _ session: Session
    ) -> StepReport {
        guard standing.state == .valid else {
            return findings.isEmpty
                ? StepReport(skipped: .entity, "the certificate is revoked") : StepReport(.entity, [], findings)
        }
        guard let owner = standing.device else {
            guard usesAssociations(session) else {
                return StepReport(
                    .entity, ["the platform signed the certificate, and its broker goes by the name in it"])
            }
            return StepReport(.entity, [], [found(.entityUnassociated)])
        }
        if let device = subject.device, owner != device {
            return StepReport(.entity, [], [found(.entityOther, ["other": owner])])
        }
        return StepReport(.entity, ["the certificate is associated with \(owner)"])
    }

    /// Whether the broker goes by the association of the certificate. Dojot 0.5 and 0.6, where nothing can be associated, go by its common
    /// name, which has the tenant in it.
    private func usesAssociations(_ session: Session) -> Bool {
        guard let certificate = material.certificate, certificate.subject.commonName?.contains(":") == true,
            let x509 = authority(.x509, session) as? X509CertificateAuthority
        else { return true }
        return (try? x509.identifiesByAssociation(certificate)) ?? true
    }

    private func ofEndEntity(
        _ ejbca: EJBCACertificateAuthority, _ session: Session, _ findings: [Finding]
    ) throws(DojotError) -> StepReport {
        for name in try entityNames(ejbca, session) {
            guard let status = try ejbca.endEntityStatus(name) else { continue }
            let hasCertificate = material.certificate.map { $0.notAfter >= trueNow } ?? false
            if status == .generated && !hasCertificate {
                let anew = subject.retrieval.map { $0.contains(" -w") ? $0 : "\($0) -w" }
                let gateway = subject.platform.map { "\($0.gateway)" } ?? ""
                let values = [
                    "entity": name,
                    "retrieve": anew ?? "dojot-device retrieve-cert \(gateway.shellWord) \(name.shellWord) -w",
                ]
                return StepReport(.entity, [], findings + [found(.entityGenerated, values)])
            }
            return StepReport(.entity, ["end entity \(name) is \(status)"], findings)
        }
        return findings.isEmpty
            ? StepReport(skipped: .entity, "the platform does not tell the end entity's state")
            : StepReport(.entity, [], findings)
    }

    /// The names that the end entity may have, that of the certificate first.
    private func entityNames(
        _ ejbca: EJBCACertificateAuthority, _ session: Session
    ) throws(DojotError) -> [String] {
        guard let device = subject.device else { return [] }
        let named = subject.tenant.map { "\($0):\(device)" } ?? device
        let names = try ejbca.requestNames(of: DeviceName(named), tenant: session.claims.service)
        guard let own = material.certificate?.subject.commonName, own == device || own.hasSuffix(":\(device)") else {
            return names
        }
        return [own] + names.filter { $0 != own }
    }
}
