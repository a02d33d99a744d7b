extension PlatformState {
    /// By which names in certificates the brokers let a device in; none where it is not there.
    ///
    /// - EJBCA-REST: the names of its end entities.
    /// - x509-identity-mgmt, where the broker identifies by the fingerprint: those of the certificates that are associated with the device,
    ///   which certificate-acl answers for (vernemq-1.10.0-fingerprint.patch in dojot/dojot at v0.8.0).
    /// - And where it identifies by the common name: `TENANT:DEVICE`, whether or not a certificate is associated with the device
    ///   (dojot_acl.erl in dojot/dojot at v0.6.1, which takes any name for a device; here it must be there).
    func admission(of device: String, _ options: SandboxOptions) -> Admission {
        guard devices[device] != nil else { return Admission(device: device, names: []) }
        guard options.release.certificateAPI == .x509 else {
            return Admission(device: device, names: Platform.endEntityNames(of: device, options))
        }
        guard options.release.identification == .fingerprint else {
            return Admission(device: device, names: ["\(options.tenant):\(device)"])
        }
        let associated = certificates.associated(with: device).filter { $0.revocation == nil }
        return Admission(device: device, names: associated.compactMap { $0.record?.fingerprint })
    }
}
