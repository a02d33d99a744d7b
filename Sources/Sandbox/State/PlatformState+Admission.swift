extension PlatformState {
    /// By which names the brokers let a device in; none where it is not there.
    ///
    /// Behind EJBCA-REST every certificate of a device's end entities opens the broker. Behind x509-identity-mgmt one does only
    /// while it is associated with its device: `TENANT:DEVICE` is let in while that holds for at least one certificate. The
    /// platform goes by the single certificate there; mosquitto is told the common name alone (use_identity_as_username), so
    /// that here a device's other certificates, of the same name, are let in with the associated one. Where both APIs are served,
    /// one that EJBCA-REST signed for that name counts as well.
    func admission(of device: String, _ options: SandboxOptions) -> Admission {
        guard devices[device] != nil else { return Admission(device: device, names: []) }
        guard options.platform.hasX509 else {
            return Admission(device: device, names: Platform.endEntityNames(of: device, options))
        }
        let own = "\(options.tenant):\(device)"
        let isCertified = certificates.named(own).contains { certificate in
            certificate.revocation == nil && certificate.record.map { $0.device == device } ?? true
        }
        let others = options.platform.hasEJBCA ? Platform.endEntityNames(of: device, options) : []
        return Admission(device: device, names: others.filter { $0 != own } + (isCertified ? [own] : []))
    }
}
