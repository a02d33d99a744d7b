extension PlatformState {
    /// By which names the broker lets devices in.
    ///
    /// Behind EJBCA-REST every certificate of a device's end entities opens the broker. Behind x509-identity-mgmt one does only
    /// while it is associated with its device: `TENANT:DEVICE` is let in while that holds for at least one certificate. The
    /// platform goes by the single certificate there; mosquitto is told the common name alone (use_identity_as_username), so
    /// that here a device's other certificates, of the same name, are let in with the associated one. Where both APIs are served,
    /// one that EJBCA-REST signed for that name counts as well.
    func admissions(of devices: [String], _ options: SandboxOptions) -> [Admission] {
        guard options.platform.hasX509 else {
            return devices.map { Admission(device: $0, names: Platform.endEntityNames(of: $0, options)) }
        }
        var certified: Set<String> = []
        for certificate in certificates where certificate.revocation == nil {
            if let record = certificate.record, record.device != certificate.device(of: options.tenant) { continue }
            certified.insert(certificate.commonName)
        }
        return devices.map { device in
            let own = "\(options.tenant):\(device)"
            let others = options.platform.hasEJBCA ? Platform.endEntityNames(of: device, options) : []
            let names = others.filter { $0 != own } + (certified.contains(own) ? [own] : [])
            return Admission(device: device, names: names)
        }
    }
}

extension Platform {
    /// Has the broker let in who bears these names, or shut them out, as their certificates now have it.
    func settleAdmissions(of names: Set<String>) throws(Refusal) {
        guard options.platform.hasX509 else { return }
        let prefix = options.tenant + ":"
        let devices = names.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
        // One at a time, so that the broker is never left with an older state of things.
        try admitting.run { () throws(Refusal) in
            let admissions = read { state in
                state.admissions(of: devices.filter { state.index(ofDevice: $0) != nil }, options)
            }
            try onBroker { broker throws(SandboxError) in
                for admission in admissions { try broker.admit(admission) }
            }
        }
    }
}
