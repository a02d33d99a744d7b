import PKI

extension Platform {
    /// Makes devices with random ids of six hex digits, their end entities, and their place in the brokers.
    func makeDevices(labels: [String], templates: [Int]) throws(Refusal) -> [Device] {
        let devices = try change { state, changes throws(Refusal) -> [Device] in
            var devices: [Device] = []
            var taken: Set<String> = []
            let created = Time.iso(Time.now)
            for label in labels {
                var id = Random.hex(digits: 6)
                while state.devices[id] != nil || !taken.insert(id).inserted { id = Random.hex(digits: 6) }
                devices.append(Device(id: id, label: label, created: created, templates: templates))
            }
            changes += state.adding(
                devices, endEntityNames: { endEntityNames(of: $0) }, authority: authority.name)
            return devices
        }
        try settleAdmissions(of: devices.map(\.id))
        return devices
    }

    /// Removes a device: its session is dropped, its end entities and its history go, and its certificates are revoked, but for
    /// those of x509-identity-mgmt, which belong to nobody then.
    func removeDevice(_ id: String) throws(Refusal) {
        let names = endEntityNames(of: id)
        try change { state, changes throws(Refusal) in
            changes.append(.noDevice(id))
            for name in names where state.endEntities[name] != nil { changes.append(.noEndEntity(name)) }
            for var certificate in state.certificates.associated(with: id) {
                certificate.record?.device = nil
                changes.append(.certificate(certificate))
            }
        }
        try settleAdmissions(of: [id])
        try revoke(reason: .cessationOfOperation) { state in names.flatMap { state.certificates.signed(for: $0) } }
        history.remove(id)
    }
}
