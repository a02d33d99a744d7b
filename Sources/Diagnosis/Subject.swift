public import Dojot
public import HTTP
public import MQTT

/// What is to be looked at; what is nil is not.
public struct Subject {
    /// The files of a device by the names that its user knows.
    public struct Files: Sendable {
        public var key: String?
        public var certificate: String?
        public var request: String?
        /// The file of certificate authorities.
        public var authority: String?
        /// The profile that could not be read, and why.
        public var brokenProfile: (file: String, reason: String)?
        /// The folder that others may write to, who they are, and the command against it.
        public var openFolder: (folder: String, reason: String, cure: String)?
        /// The command that gives this user access to a file that another user owns; nil where there is none.
        public var accessFix: (@Sendable (String) -> String?)?
        /// The folder and the device as its files are named, where there is no profile that tells gateway and broker.
        public var withoutProfile: (folder: String, name: String)?
        /// Whether they are an identity that belongs together, and not files for any broker.
        public var isIdentity: Bool

        public init(isIdentity: Bool) { self.isIdentity = isIdentity }
    }

    /// Where the platform is, and as whom it is spoken to.
    public struct Platform {
        /// Logs in, or takes a token; the number is the seconds that it may take.
        public typealias Login = (Gateway, HTTPClient, Double) throws(DojotError) -> Session

        public var gateway: Gateway
        public var trust: HTTPTrust
        /// Which certificate API it has, where that is known.
        public var generation: PlatformGeneration?
        /// The CA that signs.
        public var authorityName: String
        /// The tenant whose realm Keycloak is expected to have; nil for that of a default installation.
        public var tenant: String?
        /// Nil where nobody asked for a login.
        public var logIn: Login?

        public init(gateway: Gateway, trust: HTTPTrust, authorityName: String) {
            self.gateway = gateway
            self.trust = trust
            self.authorityName = authorityName
        }
    }

    /// Whose connection it is, as far as that is known.
    public var tenant: String?
    public var device: String?
    public var brokerKind: BrokerKind?
    /// The device that was asked for and the folder that was looked in, where there is nothing of it.
    public var missing: (device: String, folder: String)?
    public var files: Files?
    /// The command that gets the identity anew; nil for files that are none.
    public var retrieval: String?
    /// The command that completes the association of the certificate that is there; nil for files that are no identity.
    public var association: String?
    /// The command that asks the platform about the device too; nil where there is no device.
    public var platformCheck: String?
    /// The command that lists the devices of the platform; nil where no gateway is known.
    public var deviceList: String?
    /// The command that renews a certificate in time; nil where there is no identity.
    public var renewal: String?
    /// A revocation list to look into where the platform is not asked.
    public var revocationListFile: String?
    public var platform: Platform?
    /// Host, port, client identifier, user and TLS files; its timeout is that of each step.
    public var broker: MQTTClient.Options?
    /// Whether the version of MQTT in `broker` was asked for; else those that it may be are tried.
    public var isVersionChosen = false
    /// The topics to ask the broker about.
    public var attrsTopic: String?
    public var configTopic: String?
    /// Whether an empty JSON object may be published to `attrsTopic`.
    public var publishes = true
    /// Seconds for each step that waits for somebody.
    public var timeout: Double

    public init(timeout: Double) { self.timeout = timeout }
}
