/// What a device is called on the broker: its two topics, its client identifier, its user name.
public enum Topic {
    /// Where the device publishes: "/admin/f60c28/attrs", or "admin:f60c28/attrs" on VerneMQ.
    public static func attrs(tenant: String, device: String, kind: BrokerKind) -> String {
        topic("attrs", tenant: tenant, device: device, kind: kind)
    }

    /// Where the device is told what to do: "/admin/f60c28/config", or "admin:f60c28/config" on VerneMQ.
    public static func config(tenant: String, device: String, kind: BrokerKind) -> String {
        topic("config", tenant: tenant, device: device, kind: kind)
    }

    /// The client identifier: "admin:f60c28". Mosca demands it, VerneMQ takes any.
    public static func clientID(tenant: String, device: String) -> String { "\(tenant):\(device)" }

    /// The user name: "admin:f60c28" on VerneMQ, none on Mosca.
    public static func username(tenant: String, device: String, kind: BrokerKind) -> String? {
        kind == .vernemq ? "\(tenant):\(device)" : nil
    }

    private static func topic(_ name: String, tenant: String, device: String, kind: BrokerKind) -> String {
        switch kind {
        case .mosca: "/\(tenant)/\(device)/\(name)"
        case .vernemq: "\(tenant):\(device)/\(name)"
        }
    }
}
