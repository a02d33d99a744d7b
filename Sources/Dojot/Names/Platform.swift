public import PKI

/// Which certificate API the platform has.
public enum PlatformGeneration: String, Codable, Sendable, CaseIterable {
    /// EJBCA-REST: `/ca`, `/user`, `/sign` (dojot up to 0.4).
    case ejbca
    /// x509-identity-mgmt: `/x509/v1` (dojot from 0.5 on).
    case x509

    /// Whether it signs keys of this kind.
    public func accepts(_ algorithm: KeyAlgorithm) -> Bool {
        switch (self, algorithm) {
        case (_, .rsa(let bits)): KeyAlgorithm.rsaSizes.contains(bits)
        case (.x509, .p256), (.x509, .p384), (.x509, .p521): true
        default: false
        }
    }

    /// The broker that came with it.
    public var usualBroker: BrokerKind {
        switch self {
        case .ejbca: .mosca
        case .x509: .vernemq
        }
    }

    /// The service's own name.
    public var serviceName: String {
        switch self {
        case .ejbca: "EJBCA-REST"
        case .x509: "x509-identity-mgmt"
        }
    }
}

/// Which broker the devices speak to; either kind can stand beside either certificate API.
public enum BrokerKind: String, Codable, Sendable, CaseIterable {
    /// IoTAgent-Mosca: topics "/TENANT/DEVICE/attrs", MQTT 3.1 and 3.1.1, QoS 0 and 1.
    case mosca
    /// VerneMQ: topics "TENANT:DEVICE/attrs", user name "TENANT:DEVICE".
    case vernemq
}
