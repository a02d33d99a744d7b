import PKI

extension Platform {
    /// Creates devices, their end entities, and their place in the brokers.
    ///
    /// - Parameter labels: One for each device; they have random ids of six hex digits, unless the draft names one.
    func makeDevices(labels: [String], _ draft: DeviceDraft) throws(Refusal) -> [Device] {
        let devices = try change { state, changes throws(Refusal) -> [Device] in
            guard state.devices.count + labels.count <= DeviceRoutes.most else {
                throw Refusal(507, "the sandbox has room for \(DeviceRoutes.most) devices")
            }
            var devices: [Device] = []
            var taken: Set<String> = []
            let created = Time.utc(Time.now)
            if let id = draft.id, state.devices[id] != nil {
                throw Refusal(400, #"duplicate key value violates unique constraint "devices_pkey""#)
            }
            if options.release.hasUniqueLabels,
                Set(labels).count < labels.count || state.devices.contains(where: { labels.contains($0.label) })
            {
                throw Refusal(400, #"duplicate key value violates unique constraint "devices_label_key""#)
            }
            for label in labels {
                var id = draft.id ?? Random.hex(digits: 6)
                while state.devices[id] != nil || !taken.insert(id).inserted { id = Random.hex(digits: 6) }
                if devices.isEmpty { try DeviceDraft.check(draft.templates, of: id, in: state) }
                devices.append(
                    Device(
                        id: id, label: label, created: created, templates: draft.templates, isDisabled: draft.isDisabled
                    ))
            }
            changes += state.adding(
                devices, endEntityNames: { endEntityNames(of: $0) }, authority: authority.name)
            return devices
        }
        for device in devices where device.isDisabled { disabledDevices.set(device.id, true) }
        try settleAdmissions(of: devices.map(\.id))
        return devices
    }

    /// Removes a device: its session is dropped and its history goes. EJBCA-REST revokes its certificates and leaves its end entities,
    /// REVOKED (`receiver_kafka` in RESTmain.py, v0.4.2); of x509-identity-mgmt they belong to nobody then
    /// (deviceManager/DeviceMgrEventRunnable.js, v0.8.0).
    func removeDevice(_ id: String) throws(Refusal) {
        let names = endEntityNames(of: id)
        try change { state, changes throws(Refusal) in
            changes.append(.noDevice(id))
            for name in names {
                guard var entity = state.endEntities[name] else { continue }
                entity.status = .revoked
                changes.append(.endEntity(entity))
            }
            for var certificate in state.certificates.associated(with: id) {
                certificate.record?.device = nil
                changes.append(.certificate(certificate))
            }
        }
        try settleAdmissions(of: [id])
        try revoke(reason: .unspecified) { state in names.flatMap { state.certificates.signed(for: $0) } }
        disabledDevices.set(id, false)
        history.remove(id)
    }
}
