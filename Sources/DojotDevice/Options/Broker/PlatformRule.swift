import Dojot

/// What the platform asks of a device's topic and client identifier, for warnings where it would drop messages without a word.
struct PlatformRule {
    /// Which of the device's two topics it is about.
    enum Kind: String {
        case attrs
        case config
    }

    let kind: Kind

    /// The tenant and device of "/admin/f60c28/attrs" or "admin:f60c28/attrs".
    func owner(of topic: String) -> (tenant: String, device: String, isMosca: Bool)? {
        let parts = topic.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.last == Substring(kind.rawValue) else { return nil }
        if parts.count == 4, parts[0].isEmpty, !parts[1].isEmpty, !parts[2].isEmpty {
            return (String(parts[1]), String(parts[2]), true)
        }
        guard parts.count == 2, let name = try? DeviceName(String(parts[0])), let tenant = name.tenant else {
            return nil
        }
        return (tenant, name.device, false)
    }

    /// Whether a filter with wildcards can match a device's topic.
    private func matchesDevices(_ filter: String) -> Bool {
        let levels = filter.split(separator: "/", omittingEmptySubsequences: false)
        let patterns: [[String?]] = [["", nil, nil, kind.rawValue], [nil, kind.rawValue]]
        return patterns.contains { pattern in
            for (index, level) in levels.enumerated() {
                if level == "#" { return true }
                guard index < pattern.count else { return false }
                if level != "+", let name = pattern[index], name != level { return false }
            }
            return levels.count == pattern.count
        }
    }

    /// What is wrong with a topic or with the client identifier beside it; nil where the platform takes both.
    ///
    /// - Parameter isSecured: over TLS the client identifier must be TENANT:DEVICE.
    func warning(topic: String, clientIdentifier: String?, isSecured: Bool) -> (message: String, hint: String)? {
        let verb = kind == .attrs ? "drops what is published there" : "sends nothing there"
        if topic.contains(where: { $0 == "+" || $0 == "#" }) {
            if matchesDevices(topic) { return nil }
            return (
                "topic filter \(topic) matches no device's topic: the platform sends nothing there",
                "the topics are /TENANT/DEVICE/\(kind.rawValue) on Mosca, TENANT:DEVICE/\(kind.rawValue) on VerneMQ"
            )
        }
        guard let owner = owner(of: topic) else {
            return (
                "topic \(topic) is not a device's: the platform \(verb) without a word",
                "a device's topic is /TENANT/DEVICE/\(kind.rawValue), such as /admin/f60c28/\(kind.rawValue)"
            )
        }
        let wanted = Topic.clientID(tenant: owner.tenant, device: owner.device)
        guard owner.isMosca, isSecured, clientIdentifier != wanted else { return nil }
        let problem =
            clientIdentifier.map { "the client identifier \($0) does not go with topic \(topic)" }
            ?? "topic \(topic) goes with the client identifier \(wanted), and none is given"
        return ("\(problem): the platform may refuse it without a word", "add --id \(wanted)")
    }
}
