import Glibc

/// What a user of a running sandbox needs to know; as JSON it is the line that `dojot-sandbox --json` prints.
public struct SandboxSummary: Codable, Sendable, Equatable {
    /// The gateway's URL.
    public let gateway: String
    /// The gateway's URL by HTTPS; nil where it has none.
    public let https: String?
    /// The file of the CA that signed the certificate for HTTPS; nil as above.
    public let httpsCA: String?
    /// Host and port for MQTT over TLS: a host that is in the broker's certificate.
    public let mqtts: String
    /// Host and port for MQTT without TLS; nil where there is none.
    public let mqtt: String?
    /// Which release of dojot it behaves as, such as "0.8".
    public let release: String
    /// Whose topics its broker has: "mosca" or "vernemq".
    public let brokerKind: String
    /// The tenant of all users and devices.
    public let tenant: String
    /// The first user.
    public let username: String
    /// The first user's password.
    public let password: String
    /// The name of the certificate authority.
    public let ca: String
    /// The ids of its devices.
    public let devices: [String]
    /// The folder of its state.
    public let dir: String
    /// The process id of the sandbox.
    public let pid: Int32
    /// The process id of its mosquitto, of the first where there are several.
    public let brokerPid: Int32
    /// Host and port of each broker for MQTT over TLS, `mqtts` first; the others are called by their addresses.
    public let brokers: [String]
    /// The process id of each mosquitto.
    public let brokerPids: [Int32]

    init(
        _ options: SandboxOptions, gatewayPort: UInt16, https: (gateway: TLSGateway, authority: HTTPSAuthority)?,
        platform: Platform, directory: String
    ) {
        gateway = "http://\(options.address):\(gatewayPort)"
        self.https = https.map { "https://\(options.ownHost):\($0.gateway.port)" }
        httpsCA = https?.authority.certificateFile
        let all = platform.brokers.all
        let first = "\(options.brokerHost):\(all.first?.securePort ?? 0)"
        mqtts = first
        mqtt = all.first?.unsecuredPort.map { "\(options.ownHost):\($0)" }
        brokers = [first] + all.dropFirst().map { "\($0.address):\($0.securePort)" }
        brokerPids = all.map(\.processIdentifier)
        release = options.release.rawValue
        brokerKind = options.effectiveBrokerKind.rawValue
        tenant = options.tenant
        username = platform.users.first?.name ?? ""
        password = platform.users.first?.password ?? ""
        ca = options.authority
        devices = platform.read { $0.devices.map(\.id) }
        dir = directory
        pid = getpid()
        brokerPid = all.first?.processIdentifier ?? 0
    }

    private enum CodingKeys: CodingKey {
        case gateway, https, httpsCA, mqtts, mqtt, release, brokerKind, tenant, username, password, ca, devices, dir,
            pid, brokerPid, brokers, brokerPids
    }

    /// Keeps `mqtt` in the line where it is null; `https` and `httpsCA` are in it where there is HTTPS.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(gateway, forKey: .gateway)
        try container.encodeIfPresent(https, forKey: .https)
        try container.encodeIfPresent(httpsCA, forKey: .httpsCA)
        try container.encode(mqtts, forKey: .mqtts)
        try container.encode(mqtt, forKey: .mqtt)
        try container.encode(release, forKey: .release)
        try container.encode(brokerKind, forKey: .brokerKind)
        try container.encode(tenant, forKey: .tenant)
        try container.encode(username, forKey: .username)
        try container.encode(password, forKey: .password)
        try container.encode(ca, forKey: .ca)
        try container.encode(devices, forKey: .devices)
        try container.encode(dir, forKey: .dir)
        try container.encode(pid, forKey: .pid)
        try container.encode(brokerPid, forKey: .brokerPid)
        try container.encode(brokers, forKey: .brokers)
        try container.encode(brokerPids, forKey: .brokerPids)
    }

    /// The summary as one line of JSON.
    public var line: String { String(decoding: JSON.encode(self), as: UTF8.self) }
}
