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

/// Which platform it is.
struct PlatformOptions: ParsableArguments {
    @Option(
        .long("platform"),
        help: "The certificate API: EJBCA-REST (dojot up to 0.4), x509-identity-mgmt (from 0.5 on) or both.")
    var platform = SandboxOptions.Generation.ejbca
    @Option(
        .long("broker-kind"),
        help: "Whose topics the broker has; by itself Mosca's for ejbca, VerneMQ's for x509.")
    var brokerKind: SandboxOptions.BrokerKind?

    func apply(to options: inout SandboxOptions) {
        options.platform = platform
        options.brokerKind = brokerKind
    }
}

/// Who may use the sandbox, and what is in it.
struct ContentOptions: ParsableArguments {
    @Option(.long("tenant"), help: "The tenant of all users and devices.", valueName: "name")
    var tenant = "admin"
    @Option(
        .long("user"),
        help: "Who may log in, instead of admin:admin; with ':nosign' signatures are refused (403).",
        valueName: "name:password[:nosign]")
    var users: [String] = []
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
        for text in users {
            guard let user = User(text) else {
                throw UsageError("option '--user': '\(text)' is not NAME:PASSWORD or NAME:PASSWORD:nosign")
            }
            options.users.append(user)
        }
    }
}

/// How the platform behaves.
struct BehaviourOptions: ParsableArguments {
    @Option(.long("token-life"), help: "How long a login is good for.", valueName: "seconds")
    var tokenLife = 420
    @Option(.long("certificate-life"), help: "How long a certificate is good for.", valueName: "seconds")
    var certificateLife = 365 * 86400
    @Flag(
        .long("sign-again"),
        help: "Sign for an end entity a second time without its being set to NEW, as later releases do.")
    var signsAgain: Bool
    @Flag(
        .long("ignore-belongs-to"),
        help: "Overlook 'belongsTo' beside a CSR, as older releases of x509-identity-mgmt do.")
    var ignoresBelongsTo: Bool
    @Option(
        .long("fault"),
        help: "What goes wrong, such as 'POST /sign/* status=503 count=1' or 'broker cut=2000 count=3'.",
        valueName: "rule")
    var faults: [String] = []
    @Flag(
        .long("broker-relay"),
        help: "Let connections to the broker go through a relay, so that its faults can be given at run time.")
    var relaysBroker: Bool

    func apply(to options: inout SandboxOptions) throws(UsageError) {
        options.tokenLife = Int64(tokenLife)
        options.certificateLife = Int64(certificateLife)
        options.signsAgain = signsAgain
        options.ignoresBelongsTo = ignoresBelongsTo
        options.relaysBroker = relaysBroker
        for text in faults {
            do throws(SandboxError) {
                options.faults.append(try FaultRule(text))
            } catch { throw UsageError(error.message, hint: error.hint) }
        }
    }
}

extension SandboxOptions.EndEntityNaming: ExpressibleByArgument {}
extension SandboxOptions.Generation: ExpressibleByArgument {}
extension SandboxOptions.BrokerKind: ExpressibleByArgument {}
