import Dojot
import Enrollment
import MQTT
import PKI

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
    /// - Throws: where there is a revocation list of the CA, and it cannot be read.
    init(_ identity: Identity, brokerKind kind: BrokerKind? = nil) throws(EnrollmentError) {
        let profile = identity.profile
        self.init(
            host: profile.broker.host, port: UInt16(clamping: profile.broker.port),
            clientIdentifier: Topic.clientID(tenant: profile.tenant, device: profile.device))
        username = Topic.username(tenant: profile.tenant, device: profile.device, kind: kind ?? profile.broker.kind)
        tls = TLSConfiguration(
            authorityFile: identity.authorityFile, certificateFile: identity.certificateFile, keyFile: identity.keyFile)
        tls?.revocationList = try TLSConfiguration.RevocationList(identity.revocationListFile)
    }
}

extension TLSConfiguration.RevocationList {
    /// Reads the list that the broker's certificate is checked against; nil where there is none. One that is out of date is said aloud:
    /// only what it names is refused then.
    init?(_ file: RevocationListFile) throws(EnrollmentError) {
        guard let list = try file.read() else { return nil }
        if let end = list.nextUpdate, end < Timestamp.now.unixSeconds, !Console.isQuiet {
            Console.warning(
                "the revocation list \(file.path) is out of date since \(Timestamp(unixSeconds: end)): the broker's certificate"
                    + " may have been revoked since then")
        }
        self.init(list, file: file.path)
    }
}
