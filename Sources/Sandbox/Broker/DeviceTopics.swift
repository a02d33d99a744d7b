/// The topics of a tenant's devices, as the kind of broker has them.
struct DeviceTopics: Sendable {
    let kind: SandboxOptions.BrokerKind
    let tenant: String

    /// Where a device publishes.
    func attributes(of device: String) -> [String] { topics(of: device, "attrs") }

    /// Where a device is told what to do.
    func configuration(of device: String) -> [String] { topics(of: device, "config") }

    /// What matches where all devices publish.
    ///
    /// MQTT knows no wildcard within a level: VerneMQ's topics of all tenants are matched.
    var allAttributes: [String] { topics(of: "+", "attrs") }

    /// Where a client without TLS may publish; `%` stands for its user name, `+` for any one level.
    ///
    /// Mosca takes the device from the topic, so that a client may publish for any one. dojot's VerneMQ holds a client to topics whose
    /// first level is its user name (`check_valid_topic` and `check_config_topic` in dojot_acl.erl, dojot/dojot v0.5.0 to v0.8.0).
    var unsecuredAttributes: [String] { unsecured("attrs") }

    /// What a client without TLS may subscribe to; `%` and `+` as above.
    var unsecuredConfigurations: [String] { unsecured("config") }

    /// The device that a message on `attrs` is from; nil where the topic is no device's.
    func device(publishingOn topic: String) -> String? {
        let levels = topic.split(separator: "/", omittingEmptySubsequences: false)
        guard levels.last == "attrs" else { return nil }
        if kind == .mosca, levels.count == 4, levels[0].isEmpty, levels[1] == tenant { return String(levels[2]) }
        guard kind == .vernemq, levels.count == 2, levels[0].hasPrefix(tenant + ":") else { return nil }
        return String(levels[0].dropFirst(tenant.count + 1))
    }

    private func unsecured(_ last: String) -> [String] { kind == .vernemq ? ["%/\(last)"] : topics(of: "+", last) }

    private func topics(of device: String, _ last: String) -> [String] {
        let mosca = kind == .mosca ? ["/\(tenant)/\(device)/\(last)"] : []
        let holder = device == "+" ? "+" : "\(tenant):\(device)"
        return mosca + (kind == .vernemq ? ["\(holder)/\(last)"] : [])
    }
}
