/// How a sandbox is set up.
public struct SandboxOptions: Sendable {
    /// The names under which a device's end entity appears.
    public enum EndEntityNaming: String, Sendable, CaseIterable {
        /// `DEVICE`, as in the first releases.
        case bare
        /// `TENANT:DEVICE`, as later.
        case prefixed
        /// Both.
        case both
    }

    /// Which certificate API the gateway has routes for.
    public var platform = Generation.ejbca
    /// Whose topics and client identifiers the broker goes by; nil for what goes with the platform.
    public var brokerKind: BrokerKind?
    /// The IPv4 address to listen on.
    public var address = "127.0.0.1"
    /// The gateway's port; 0 for a free one.
    public var gatewayPort: UInt16 = 8000
    /// The broker's port for MQTT over TLS; 0 for a free one.
    public var securePort: UInt16 = 8883
    /// The broker's port for MQTT without TLS; 0 for a free one, nil for none.
    public var unsecuredPort: UInt16?
    /// How many brokers there are: each listens on the same ports, on the address after that of the one before.
    public var brokers = 1
    /// The port for HTTPS in front of the gateway; 0 for a free one, nil for none.
    public var httpsPort: UInt16?
    /// Where the state is kept; nil for a temporary folder that goes with the sandbox.
    public var directory: String?
    /// The tenant of all users and devices: letters, digits and `_`.
    public var tenant = "admin"
    /// Who may log in; where none is named, `admin` with the password `admin`.
    public var users: [User] = []
    /// The devices that are there from the start.
    public var devices: [String] = []
    /// How many more there are, numbered from 1.
    public var numberedDevices = 0
    /// What stands before their numbers.
    public var devicePrefix = "device"
    /// The host names and addresses in the broker's certificate; empty for those of this machine's loopback.
    public var brokerNames: [String] = []
    /// Under which names a device's end entity appears.
    public var endEntities = EndEntityNaming.both
    /// Seconds that a login is good for.
    public var tokenLife: Int64 = 420
    /// Seconds that a certificate is good for.
    public var certificateLife: Int64 = 365 * 86400
    /// The name of the certificate authority.
    public var authority = "IOTmidCA"
    /// Whether an end entity may have a second certificate signed without being set to NEW, as in later releases.
    public var signsAgain = false
    /// Whether x509-identity-mgmt overlooks `belongsTo` beside a CSR, as its older releases do.
    public var ignoresBelongsTo = false
    /// The faults that are there from the start.
    public var faults: [FaultRule] = []
    /// Whether faults of the broker may be given at run time: connections to it then go through a relay. With one in `faults` they do
    /// in any case.
    public var relaysBroker = false

    /// The defaults: dojot's own ports on loopback, the device `f60c28`.
    public init() {}
}
