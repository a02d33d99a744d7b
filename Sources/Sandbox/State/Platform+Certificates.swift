import PKI

extension Platform {
    /// Signs a request as x509-identity-mgmt has it done, for a device that is there, and keeps a record of it.
    ///
    /// - Parameter owner: The device that the certificate shall belong to from the start; nil for none.
    func certify(
        _ request: CertificateRequest, belongingTo owner: String?, fault: FaultEffects.CertificateFault?
    ) throws(Refusal) -> Certificate {
        let device = try DeviceCertificateProfile.device(of: request)
        let commonName = "\(options.tenant):\(device)"
        let contents = DeviceCertificateProfile.contents(
            of: request, commonName: commonName, life: options.certificateLife)
        let concerned = [device] + (owner.map { [$0] } ?? [])
        func check(_ state: PlatformState) throws(Refusal) {
            for device in concerned { try state.checkExistence(of: device, options.tenant) }
        }
        try read(check)
        try DeviceCertificateProfile.checkSignature(of: request)
        // Signed while nobody waits for the state: what was found then is looked at again.
        let certificate: Certificate
        do throws(PKIError) {
            certificate = try authority.issue(contents, fault: fault)
        } catch { throw .reason(400, error.message) }
        let serialNumber = certificate.serialNumber.hexadecimal
        let issued = IssuedCertificate(
            serialNumber: serialNumber, endEntity: "x509-\(serialNumber)", commonName: commonName,
            der: Base64.encode(certificate.der), notAfter: certificate.notAfter,
            record: .init(fingerprint: certificate.sha256Fingerprint, device: owner, created: Time.now))
        try change { state, changes throws(Refusal) in
            try check(state)
            changes.append(.certificate(issued))
        }
        if owner != nil { try settleAdmissions(ofBearers: [commonName]) }
        return certificate
    }

    /// Changes whom a certificate belongs to: a device that is there, or nobody.
    func associate(_ fingerprint: String, with device: String?) throws(Refusal) {
        let name = try change { state, changes throws(Refusal) -> String in
            if let device { try state.checkExistence(of: device, options.tenant) }
            guard var certificate = state.certificates.kept(fingerprint: fingerprint) else {
                throw Self.noRecord(fingerprint, options.tenant)
            }
            certificate.record?.device = device
            changes.append(.certificate(certificate))
            return certificate.commonName
        }
        try settleAdmissions(ofBearers: [name])
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
