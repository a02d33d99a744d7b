import Dojot
import Enrollment
import MQTT

/// The two topics of a device.
struct DeviceTopics {
    let attrs: String
    let config: String

    /// - Parameter kind: the broker's; nil for the profile's.
    init(_ profile: Profile, on kind: BrokerKind? = nil) {
        let (tenant, device, kind) = (profile.tenant, profile.device, kind ?? profile.broker.kind)
        attrs = Topic.attrs(tenant: tenant, device: device, kind: kind)
        config = Topic.config(tenant: tenant, device: device, kind: kind)
    }
}

extension MQTTClient.Options {
    /// How the device that was retrieved connects to its broker: over TLS, by the name that the broker wants.
    ///
    /// - Parameter kind: the broker's; nil for the profile's.
    init(_ identity: Identity, brokerKind kind: BrokerKind? = nil) {
        let profile = identity.profile
        self.init(
            host: profile.broker.host, port: UInt16(clamping: profile.broker.port),
            clientIdentifier: Topic.clientID(tenant: profile.tenant, device: profile.device))
        username = Topic.username(tenant: profile.tenant, device: profile.device, kind: kind ?? profile.broker.kind)
        tls = TLSConfiguration(
            authorityFile: identity.authorityFile, certificateFile: identity.certificateFile, keyFile: identity.keyFile)
    }
}
