import CommandLineKit
import Dojot
import Glibc
import MQTT

/// How to reach a broker and as whom: the flags that mosquitto_pub(1) and mosquitto_sub(1) share.
///
/// What the profile of a device says need not be said; what is said goes before it.
struct BrokerOptions: ParsableArguments {
    @Option(.long("host"), .short("h"), help: "The broker's name or address; without a profile localhost.")
    var host: BrokerHost?

    @Option(
        .long("port"), .short("p"), help: "The broker's port; without it 8883 where there are TLS files, else 1883.")
    var port: UInt16?

    @Option(
        .long("broker-kind"), help: "What the broker is, which says the device's topics; without it as in the profile.",
        valueName: "kind")
    var kind: BrokerKind?

    @Option(.long("url"), .short("L"), help: "All in one: mqtt[s]://[user[:password]@]host[:port]/topic.")
    var url: BrokerURL?

    @Option(.long("unix"), help: "Connect to this Unix socket.", valueName: "path")
    var unixSocket: String?

    @Option(
        .long("bind-address"), .short("A"), help: "Connect from this address of this machine.", valueName: "address")
    var bindAddress: String?

    @Option(.long("proxy"), help: "Connect through a SOCKS5 proxy: socks5h://[user[:password]@]host[:port].")
    var proxy: ProxyURL?

    @Option(.long("id"), .short("i"), help: "The client identifier.", valueName: "id")
    var identifier: String?

    @Option(
        .long("id-prefix"), .short("I"), help: "The client identifier, the process id follows.", valueName: "prefix")
    var identifierPrefix: String?

    @Option(.long("username"), .short("u"), help: "The user name for the broker.", valueName: "name")
    var username: String?

    @Option(
        .long("pw"), .short("P"), help: "The password for the broker: others can see it in the list of processes.",
        valueName: "password")
    var password: String?

    @Option(.long("protocol-version"), .short("V"), help: "The version of MQTT.", valueName: "version")
    var chosenVersion: VersionArgument = VersionArgument(version: .v311)

    @Option(.long("keepalive"), .short("k"), help: "Seconds between signs of life, 5 to 65535; 0 for none.")
    var keepAlive: UInt16 = 60

    @Flag(
        .long("disable-clean-session"), .short("c"), help: "Let the broker keep the session; needs a client identifier."
    )
    var keepsSession: Bool

    @Option(
        .long("session-expiry-interval"), .short("x"),
        help: "Seconds for which the broker keeps the session, -1 for ever (MQTT 5).", valueName: "seconds")
    var sessionExpiry: SessionExpiry?

    @Option(
        .long("property"), .short("D"),
        help: "An MQTT 5 property of a packet, such as connect user-property KEY VALUE.")
    var properties: [PropertyArgument]

    @Flag(.long("nodelay"), help: "Send small packets at once (TCP_NODELAY).")
    var noDelay: Bool

    @Option(.long("timeout"), help: "Seconds for the connection, and for an acknowledgement that stalls.")
    var timeout: Double = 30

    @Option(
        .long("max-reconnects"), help: "Give up after so many attempts in a row to come back; else never.",
        valueName: "number")
    var maximumReconnects: Int?

    @Flag(.long("debug"), .short("d"), help: "Print what libmosquitto does, on standard error.")
    var isDebugging: Bool

    @Flag(.long("quiet"), help: "Print no errors and no warnings.")
    var isQuiet: Bool

    func validate() throws(UsageError) {
        guard keepAlive == 0 || keepAlive >= 5 else { throw UsageError("--keepalive must be 0, or 5 to 65535 seconds") }
        if let port, port == 0 { throw UsageError("--port must be from 1 to 65535") }
        guard timeout > 0, timeout <= 86_400 else {
            throw UsageError("--timeout must be from above 0 to 86400 seconds")
        }
        if let maximumReconnects, maximumReconnects < 0 { throw UsageError("--max-reconnects must be 0 or more") }
        for (option, name) in [("--id", identifier), ("--id-prefix", identifierPrefix), ("--username", username)] {
            guard name?.unicodeScalars.contains(where: \.steersTerminals) == true else { continue }
            throw UsageError("\(option) must not have control characters in it")
        }
        if identifier == "" { throw UsageError("--id must not be empty") }
        if identifier != nil && identifierPrefix != nil { throw UsageError("--id and --id-prefix exclude each other") }
        if url != nil && (host != nil || unixSocket != nil) { throw UsageError("--url says the host already") }
        if unixSocket != nil && host != nil { throw UsageError("--unix and --host exclude each other") }
        if unixSocket != nil && proxy != nil { throw UsageError("--unix and --proxy exclude each other") }
        if version != .v5 && !properties.isEmpty {
            throw UsageError("--property needs MQTT 5", hint: "leave out --protocol-version")
        }
        if version != .v5 && password != nil && (username ?? url?.username) == nil {
            throw UsageError("--pw needs a user name before MQTT 5", hint: "add --username")
        }
        for target in [PropertyTarget.connect, .publish, .subscribe, .unsubscribe, .disconnect, .will] {
            do {
                try Property.check(properties(of: target), for: target)
            } catch {
                throw UsageError(error.message)
            }
        }
    }

    func properties(of target: PropertyTarget) -> [Property] {
        properties.filter { $0.target == target }.map(\.property)
    }

    /// As in mosquitto_pub a property alone asks for MQTT 5.
    var version: ProtocolVersion {
        $chosenVersion.source == .default && !properties.isEmpty ? .v5 : chosenVersion.version
    }

    /// The options that `diagnose` has too, for a hint; none where the connection needs others, such as a proxy, or a password.
    ///
    /// - Parameter options: the connection; nil where an identity has its broker.
    func diagnosisOptions(of options: MQTTClient.Options?) -> [String] {
        guard unixSocket == nil, proxy == nil, bindAddress == nil, (password ?? url?.password) == nil else { return [] }
        let port = options?.port ?? self.port ?? url?.port
        let words: [(String, String?)] = [
            ("-h", options?.host ?? host?.name ?? url?.host), ("-p", port.map { "\($0)" }),
            ("--broker-kind", kind?.rawValue), ("-i", identifier), ("-u", username ?? url?.username),
            ("-V", $chosenVersion.source == .commandLine ? chosenVersion.name : nil),
        ]
        return words.flatMap { name, value in value.map { [name, $0] } ?? [] }
    }

    /// The client identifier that was asked for.
    var chosenIdentifier: String? { identifier ?? identifierPrefix.map { "\($0)\(getpid())" } }
}
