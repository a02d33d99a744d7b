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

    /// What matches where all devices are told what to do.
    var allConfigurations: [String] { topics(of: "+", "config") }

    /// The device that a message on `attrs` is from; nil where the topic is no device's.
    func device(publishingOn topic: String) -> String? {
        let levels = topic.split(separator: "/", omittingEmptySubsequences: false)
        guard levels.last == "attrs" else { return nil }
        if kind.hasMosca, levels.count == 4, levels[0].isEmpty, levels[1] == tenant { return String(levels[2]) }
        guard kind.hasVerneMQ, levels.count == 2, levels[0].hasPrefix(tenant + ":") else { return nil }
        return String(levels[0].dropFirst(tenant.count + 1))
    }

    private func topics(of device: String, _ last: String) -> [String] {
        let mosca = kind.hasMosca ? ["/\(tenant)/\(device)/\(last)"] : []
        let holder = device == "+" ? "+" : "\(tenant):\(device)"
        return mosca + (kind.hasVerneMQ ? ["\(holder)/\(last)"] : [])
    }
}
