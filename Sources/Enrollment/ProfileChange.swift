public import Dojot

/// What is to change of the profile of an identity that is kept; nil for what stays. None of it needs another key or certificate.
public struct ProfileChange: Sendable {
    public var gateway: Gateway?
    public var brokerHost: String?
    /// TCP port of MQTT over TLS, 1 to 65535.
    public var brokerPort: Int?
    public var brokerKind: BrokerKind?

    public init(
        gateway: Gateway? = nil, brokerHost: String? = nil, brokerPort: Int? = nil, brokerKind: BrokerKind? = nil
    ) {
        (self.gateway, self.brokerHost, self.brokerPort) = (gateway, brokerHost, brokerPort)
        self.brokerKind = brokerKind
    }

    /// The profile with the change; nil where it stays what it is.
    public func applied(to profile: Profile) -> Profile? {
        var changed = profile
        if let gateway { changed.gateway = "\(gateway)" }
        if let brokerHost { changed.broker.host = brokerHost }
        if let brokerPort { changed.broker.port = brokerPort }
        if let brokerKind { changed.broker.kind = brokerKind }
        return changed == profile ? nil : changed
    }
}
