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

    /// A client of Keycloak's with a secret.
    public struct ConfidentialClient: Sendable, Equatable {
        public var id: String
        /// The file with the secret in its first line.
        public var secretFile: String

        public init(id: String, secretFile: String) {
            self.id = id
            self.secretFile = secretFile
        }
    }

    /// A version of EJBCA-REST.
    public enum RESTVersion: String, Sendable, CaseIterable {
        /// v0.1.0, in Python 2, of dojot 0.3.
        case v01 = "0.1"
        /// v0.4.0 to v0.4.4-rc.1, in Python 3: it cannot write a certificate as JSON, whose data are bytes there, and answers 500 to
        /// `/user/NAME/find` and `/ca/ISSUER/certificate/SERIAL` once there is one to show.
        case v04 = "0.4"

        var canShowCertificates: Bool { self == .v01 }
    }

    /// Which release of dojot it behaves as.
    public var release = Release.v04
    /// Whose topics and client identifiers the broker goes by; nil for the release's.
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
    /// Seconds that a login is valid; nil for the release's: 420 up to 0.8, 300 on 1.0.
    public var tokenLife: Int64?
    /// Whether the gateway limits logins, as dojot's Kong does up to 0.8.
    public var limitsLogins = false
    /// Whether Keycloak's client `dev-test-cli` is enabled, through which users may log in with their password.
    public var enablesTestClient = false
    /// The confidential clients of the realm besides those of dojot's services, each with a service account.
    public var confidentialClients: [ConfidentialClient] = []
    /// Seconds that a certificate is good for.
    public var certificateLife: Int64 = 365 * 86400
    /// The name of the certificate authority.
    public var authority = "IOTmidCA"
    /// Which EJBCA-REST it is.
    public var restVersion = RESTVersion.v01
    /// Whether an end entity may have a second certificate signed without being set to NEW, as in later releases.
    public var signsAgain = false
    /// Whether x509-identity-mgmt overlooks `belongsTo` beside a CSR, which no release does: for tests.
    public var ignoresBelongsTo = false
    /// Whether x509-identity-mgmt checks subjects and puts the tenant before the common name, as on 0.6, where the release does not by
    /// itself: X509IDMGMT_CERTIFICATE_CHECK_SUBJECTDN.
    public var checksSubject = false
    /// The faults that are there from the start.
    public var faults: [FaultRule] = []
    /// Whether faults of the broker may be given at run time: connections to it then go through a relay. With one in `faults` they do
    /// in any case.
    public var relaysBroker = false

    /// Whether the broker refuses a certificate by closing the connection without a TLS alert, as Mosca does.
    public var refusesSilently = false

    /// The defaults: dojot's own ports on loopback, the device `f60c28`.
    public init() {}
}
