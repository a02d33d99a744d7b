import PKI

extension Platform {
    /// Has a request signed as x509-identity-mgmt does, and keeps a record of the certificate (services/CertificateService.js; until 0.6
    /// services/certificates-service.js).
    ///
    /// - Parameter owner: The device that the certificate shall belong to from the start; nil for none.
    func certify(
        _ request: CertificateRequest, _ rules: X509Rules, belongingTo owner: String?,
        fault: FaultEffects.CertificateFault?
    ) throws(Refusal) -> Certificate {
        try DeviceCertificateProfile.checkKey(of: request)
        var subject = DeviceCertificateProfile.subject(of: request, organizationFirst: rules.organizationComesFirst)
        var devices: [String] = []
        if rules.checksSubject {
            let name = try DeviceCertificateProfile.verify(subject)
            devices.append(name)
            subject = subject.map { $0.type == "CN" ? .init(type: "CN", value: "\(options.tenant):\(name)") : $0 }
        }
        devices += owner.map { [$0] } ?? []
        func check(_ state: PlatformState) throws(Refusal) {
            guard rules.checksDevices else { return }
            for device in devices { try state.checkExistence(of: device, options.tenant) }
        }
        try read(check)
        try DeviceCertificateProfile.checkSignature(of: request)
        // Signed while nobody waits for the state: what was found then is looked at again.
        let certificate: Certificate
        do throws(PKIError) {
            certificate = try authority.issue(
                DeviceCertificateProfile.contents(of: request, subject: subject, life: options.certificateLife),
                fault: fault)
        } catch { throw .unexpectedError }
        let serialNumber = certificate.serialNumber.hexadecimal
        let issued = IssuedCertificate(
            serialNumber: serialNumber, endEntity: "x509-\(serialNumber)",
            commonName: subject.first { $0.type == "CN" }?.value ?? "",
            der: Base64.encode(certificate.der), notAfter: certificate.notAfter,
            record: .init(fingerprint: certificate.sha256Fingerprint, device: owner, created: Time.now))
        try change { state, changes throws(Refusal) in
            try check(state)
            changes.append(.certificate(issued))
        }
        if let owner { try settleAdmissions(of: [owner]) }
        return certificate
    }

    /// Changes whom a certificate belongs to: a device that is there, or nobody.
    func associate(_ fingerprint: String, with device: String?) throws(Refusal) {
        let former = try change { state, changes throws(Refusal) -> String? in
            if let device { try state.checkExistence(of: device, options.tenant) }
            guard var certificate = state.certificates.kept(fingerprint: fingerprint) else {
                throw Self.noRecord(fingerprint, options.tenant)
            }
            let former = certificate.record?.device
            certificate.record?.device = device
            certificate.record?.modified = Time.now
            changes.append(.certificate(certificate))
            return former
        }
        try settleAdmissions(of: [former, device].compactMap { $0 })
    }

    /// Revokes a certificate and shows it no more.
    func discard(_ fingerprint: String) throws(Refusal) {
        guard let found = read({ $0.certificates.kept(fingerprint: fingerprint) }) else {
            throw Self.noRecord(fingerprint, options.tenant)
        }
        try revoke(reason: .unspecified) { state in
            state.certificates.one(serialNumber: found.serialNumber).map { [$0] } ?? []
        }
    }

    /// The answer to a fingerprint that nobody knows.
    static func noRecord(_ fingerprint: String, _ tenant: String) -> Refusal {
        let sought = String(decoding: JSON.encode(["fingerprint": fingerprint, "tenant": tenant]), as: UTF8.self)
        return .reason(404, "No records found for the following parameters: \(sought)")
    }
}

extension PlatformState {
    /// Refuses a device that is not there, as x509-identity-mgmt does.
    fileprivate func checkExistence(of device: String, _ tenant: String) throws(Refusal) {
        guard devices[device] == nil else { return }
        throw .reason(400, "Device identifier '\(device)' was not found for tenant '\(tenant)'.")
    }
}

extension IssuedCertificate {
    /// The record of one that x509-identity-mgmt still shows: one that was revoked is gone.
    var kept: Record? { revocation == nil ? record : nil }
}
