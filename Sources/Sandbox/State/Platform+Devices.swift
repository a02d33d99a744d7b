import PKI

extension Platform {
    /// Makes devices with random ids of six hex digits, their end entities, and their place in the broker.
    func makeDevices(labels: [String], templates: [Int]) throws(Refusal) -> [Device] {
        let devices = try change { state throws(Refusal) -> [Device] in
            var taken = Set(state.devices.map(\.id))
            var devices: [Device] = []
            for label in labels {
                var id = Random.hex(digits: 6)
                while !taken.insert(id).inserted { id = Random.hex(digits: 6) }
                devices.append(Device(id: id, label: label, created: Time.iso(Time.now), templates: templates))
            }
            state.add(devices, endEntityNames: endEntityNames, authority: authority.name)
            return devices
        }
        try admitting.run { () throws(Refusal) in
            let admissions = read { $0.admissions(of: devices.map(\.id), options) }
            try onBroker { broker throws(SandboxError) in try broker.add(admissions) }
        }
        return devices
    }

    /// Removes a device: its session is dropped, its end entities and its history go, and its certificates are revoked, but for
    /// those of x509-identity-mgmt, which belong to nobody then.
    func removeDevice(_ id: String) throws(Refusal) {
        let names = Set(endEntityNames(of: id))
        try change { state throws(Refusal) in
            state.devices.removeAll { $0.id == id }
            for name in names { state.endEntities[name] = nil }
            for index in state.certificates.indices where state.certificates[index].record?.device == id {
                state.certificates[index].record?.device = nil
            }
        }
        try admitting.run { () throws(Refusal) in
            try onBroker { broker throws(SandboxError) in try broker.remove(id) }
        }
        try revoke(reason: .cessationOfOperation) { names.contains($0.endEntity) }
        forget(id)
    }
}

extension PlatformState {
    /// Adds devices, and the end entities under which EJBCA knows them.
    mutating func add(_ devices: [Device], endEntityNames: (String) -> [String], authority: String) {
        self.devices += devices
        for name in devices.flatMap({ endEntityNames($0.id) }) where endEntities[name] == nil {
            endEntities[name] = EndEntity(name, caName: authority)
        }
    }
}
