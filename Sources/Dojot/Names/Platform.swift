/// Which certificate API the platform has.
public enum PlatformGeneration: String, Codable, Sendable, CaseIterable {
    /// EJBCA-REST: `/ca`, `/user`, `/sign` (dojot up to 0.4).
    case ejbca
    /// x509-identity-mgmt: `/x509/v1` (dojot from 0.5 on).
    case x509
}

/// Which broker the devices speak to; either kind can stand beside either certificate API.
public enum BrokerKind: String, Codable, Sendable, CaseIterable {
    /// IoTAgent-Mosca: topics "/TENANT/DEVICE/attrs", MQTT 3.1 and 3.1.1, QoS 0 and 1.
    case mosca
    /// VerneMQ: topics "TENANT:DEVICE/attrs", user name "TENANT:DEVICE".
    case vernemq
}
