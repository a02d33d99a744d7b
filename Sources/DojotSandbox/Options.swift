public import CommandLineKit
public import Sandbox

/// Where the sandbox listens.
struct ListeningOptions: ParsableArguments {
    @Option(.long("host"), help: "The IPv4 address to listen on.", valueName: "address")
    var host = "127.0.0.1"
    @Option(.long("port"), help: "The gateway's port; 0 for a free one.", valueName: "port")
    var port: UInt16 = 8000
    @Flag(.long("https"), help: "Put a real nginx with a certificate of its own CA before the gateway.")
    var https: Bool
    @Option(.long("https-port"), help: "The port of --https (8443); 0 for a free one.", valueName: "port")
    var httpsPort: UInt16?
    @Option(.long("mqtt-port"), help: "The broker's port for MQTT over TLS; 0 for a free one.", valueName: "port")
    var mqttPort: UInt16 = 8883
    @Option(
        .long("unsecured-port"),
        help: "The broker's port for MQTT without TLS; 0 for a free one; without, there is none.",
        valueName: "port")
    var unsecuredPort: UInt16?
    @Option(
        .long("brokers"),
        help: "How many brokers, on as many addresses from --host on, for a fleet that is too large for one.",
        valueName: "count")
    var brokers = 1
    @Option(
        .long("dns"),
        help: "A host name or address in the broker's certificate, instead of localhost, and in that of --https.",
        valueName: "name")
    var names: [String] = []

    func apply(to options: inout SandboxOptions, _ environment: [String: String]) throws(UsageError) {
        guard https || httpsPort == nil else { throw UsageError("option '--https-port' goes with '--https'") }
        if https { options.httpsPort = httpsPort ?? 8443 }
        options.address = host
        options.gatewayPort = port
        options.securePort = mqttPort
        options.brokers = brokers
        options.unsecuredPort = unsecuredPort
        if unsecuredPort == nil && environment["ALLOW_UNSECURED_MODE"] == "true" { options.unsecuredPort = 1883 }
        let listed = environment["MOSCA_TLS_DNS_LIST"] ?? ""
        options.brokerNames =
            names.isEmpty ? listed.split(whereSeparator: { $0 == "," || $0 == " " }).map(String.init) : names
    }
}

/// Which release of dojot it behaves as.
struct ReleaseOptions: ParsableArguments {
    @Option(
        .long("release"),
        help: "The release of dojot: certificate API, names in certificates, broker, login and history together.")
    var release = SandboxOptions.Release.v04
    @Option(
        .long("broker-kind"),
        help: "Whose topics the broker has, where they are not the release's (Mosca's on 0.4, else VerneMQ's).")
    var brokerKind: SandboxOptions.BrokerKind?

    func apply(to options: inout SandboxOptions) {
        options.release = release
        options.brokerKind = brokerKind
    }
}

/// Who may use the sandbox, and what is in it.
struct ContentOptions: ParsableArguments {
    @Option(.long("tenant"), help: "The tenant of all users and devices.", valueName: "name")
    var tenant = "admin"
    @Option(
        .long("user"),
        help: """
            A user who may log in, instead of admin:admin. With ':nosign' signatures are refused (403); with ':temporary' the first \
            password was never changed, which Keycloak refuses.
            """,
        valueName: "name:password[:nosign|:temporary]")
    var users: [String] = []
    @Flag(
        .long("enable-dev-test-cli"),
        help: "Enable Keycloak's client dev-test-cli, through which users log in with a password (--release 1.0).")
    var enablesTestClient: Bool
    @Option(
        .long("client"),
        help: "A confidential client of Keycloak's with a service account; the first line of the file is its secret.",
        valueName: "id=file")
    var clients: [String] = []
    @Option(
        .long("device"),
        help: "A device that is there from the start, instead of f60c28.",
        valueName: "id")
    var devices: [String] = []
    @Option(
        .long("devices"), help: "So many devices more that are there from the start: device1, device2 and so on.",
        valueName: "count")
    var numberedDevices = 0
    @Option(.long("device-prefix"), help: "What stands before the numbers of --devices.", valueName: "text")
    var devicePrefix = "device"
    @Option(.long("end-entities"), help: "The names of a device's end entities: DEVICE, TENANT:DEVICE or both.")
    var endEntities = SandboxOptions.EndEntityNaming.both

    func apply(to options: inout SandboxOptions) throws(UsageError) {
        options.tenant = tenant
        options.devices = devices
        options.numberedDevices = numberedDevices
        options.devicePrefix = devicePrefix
        options.endEntities = endEntities
        options.enablesTestClient = enablesTestClient
        for text in clients {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw UsageError("option '--client': '\(text)' is not ID=FILE") }
            options.confidentialClients.append(.init(id: parts[0], secretFile: parts[1]))
        }
        for text in users {
            guard let user = User(text) else {
                throw UsageError("option '--user': '\(text)' is not NAME:PASSWORD, also with :nosign or :temporary")
            }
            options.users.append(user)
        }
    }
}

/// How the platform behaves.
struct BehaviourOptions: ParsableArguments {
    @Option(
        .long("token-life"), help: "How long a login is valid: 420 s, with Keycloak 300 s.", valueName: "seconds")
    var tokenLife: Int?
    @Flag(
        .long("login-limit"),
        help: "Limit logins to 5 a minute and 40 an hour, as dojot's Kong does up to 0.8 (429).")
    var limitsLogins: Bool
    @Option(.long("certificate-life"), help: "How long a certificate is good for.", valueName: "seconds")
    var certificateLife = 365 * 86400
    @Option(
        .long("ejbca-rest"),
        help: "The version of EJBCA-REST on 0.4: 0.4 cannot show certificates (500), 0.1 can.")
    var restVersion = SandboxOptions.RESTVersion.v01
    @Flag(
        .long("sign-again"),
        help: "Sign again without the end entity being set to NEW, as EJBCA-REST 0.5.0-alpha.1 does; no dojot has it.")
    var signsAgain: Bool
    @Flag(
        .long("ignore-belongs-to"),
        help: "Ignore 'belongsTo' beside a CSR, as no release does: for tests of certificates without a device.")
    var ignoresBelongsTo: Bool
    @Flag(
        .long("check-subject-dn"),
        help: "On 0.8 and 1.0: check a CSR's subject and put the tenant before its name, as operators may choose.")
    var checksSubject: Bool
    @Option(
        .long("fault"),
        help: "What goes wrong, such as 'POST /sign/* status=503 count=1' or 'broker cut=2000 count=3'.",
        valueName: "rule")
    var faults: [String] = []
    @Flag(
        .long("broker-relay"),
        help: "Let connections to the broker go through a relay, so that its faults can be given at run time.")
    var relaysBroker: Bool

    @Option(
        .long("broker-tls"),
        help: "How the broker refuses a certificate: with a TLS alert, or 'silent', by closing, as Mosca does.")
    var brokerTLS = BrokerTLS.alert

    /// How the broker refuses a certificate.
    enum BrokerTLS: String, CaseIterable, ExpressibleByArgument {
        case alert, silent
    }

    func apply(to options: inout SandboxOptions) throws(UsageError) {
        options.refusesSilently = brokerTLS == .silent
        options.tokenLife = tokenLife.map { Int64($0) }
        options.limitsLogins = limitsLogins
        options.certificateLife = Int64(certificateLife)
        options.restVersion = restVersion
        options.signsAgain = signsAgain
        options.ignoresBelongsTo = ignoresBelongsTo
        options.checksSubject = checksSubject
        options.relaysBroker = relaysBroker
        for text in faults {
            do throws(SandboxError) {
                options.faults.append(try FaultRule(text))
            } catch { throw UsageError(error.message, hint: error.hint) }
        }
    }
}

extension SandboxOptions.RESTVersion: ExpressibleByArgument {}
extension SandboxOptions.EndEntityNaming: ExpressibleByArgument {}
extension SandboxOptions.Release: ExpressibleByArgument {}
extension SandboxOptions.BrokerKind: ExpressibleByArgument {}
