import CommandLineKit
import MQTT

/// The mosquitto_pub line that does the same, for `--dry-run`.
///
/// Secrets are not in it: a shell variable stands in place of each.
struct MosquittoLine {
    /// The words, quoted for the shell.
    private var words = ["mosquitto_pub"]
    /// The shell variables that stand for secrets, in the order of the line.
    private(set) var secretVariables: [String] = []

    var text: String { words.joined(separator: " ") }

    init(
        _ publication: Publication, _ options: MQTTClient.Options, _ source: MessageSource, _ message: MessageOptions,
        _ command: PublishAttrs
    ) throws {
        addConnection(options, command.broker)
        add("-t", publication.topic)
        if publication.quality != .atMostOnce { add("-q", "\(publication.quality.rawValue)") }
        if publication.isRetained { add("-r") }
        try addMessage(source, message)
        if let window = command.window { add("-M", "\(window)") }
        for property in command.broker.properties { words += ["-D"] + property.words.map(\.shellWord) }
        if let will = options.will {
            add("--will-topic", will.topic)
            if !will.payload.isEmpty { add("--will-payload", String(decoding: will.payload, as: UTF8.self)) }
            if will.qualityOfService != .atMostOnce { add("--will-qos", "\(will.qualityOfService.rawValue)") }
            if will.isRetained { add("--will-retain") }
        }
        if let tls = options.tls { addTLS(tls, command.tls) }
    }

    private mutating func addConnection(_ options: MQTTClient.Options, _ broker: BrokerOptions) {
        if let path = options.unixSocket {
            add("--unix", path)
        } else {
            add("-h", options.host)
            add("-p", "\(options.port)")
        }
        if let prefix = broker.identifierPrefix {
            add("-I", prefix)
        } else if let identifier = options.clientIdentifier {
            add("-i", identifier)
        }
        if let username = options.username { add("-u", username) }
        if options.password != nil { addSecret("-P", variable: "PASSWORD") }
        if options.version != .v311 { add("-V", VersionArgument(version: options.version).name) }
        if options.keepAlive != 60 { add("-k", "\(options.keepAlive)") }
        if !options.cleanSession { add("-c") }
        if let expiry = broker.sessionExpiry { add("-x", "\(expiry.seconds)") }
        if let address = options.bindAddress { add("-A", address) }
        if let proxy = broker.proxy { addProxy(proxy) }
        if options.noDelay { add("--nodelay") }
        if broker.isDebugging { add("-d") }
        if broker.isQuiet { add("--quiet") }
    }

    private mutating func addMessage(_ source: MessageSource, _ message: MessageOptions) throws {
        switch source {
        case .attributes(let bytes): add("-m", String(decoding: bytes, as: UTF8.self))
        case .text(let text):
            _ = try source.payload(checkingJSON: !message.isRaw)
            add("-m", text.text)
        case .file(let path):
            _ = try source.payload(checkingJSON: !message.isRaw)
            add("-f", path)
        case .lines: add("-l")
        case .input: add("-s")
        case .nothing: add("-n")
        }
        if message.repeats > 1 { add("--repeat", "\(message.repeats)") }
        if message.repeats > 1, message.repeatDelay > 0 { add("--repeat-delay", "\(message.repeatDelay)") }
    }

    private mutating func addTLS(_ tls: TLSConfiguration, _ given: TLSOptions) {
        if let file = tls.authorityFile { add("--cafile", file) }
        if let folder = tls.authorityFolder { add("--capath", folder) }
        if tls.trustsSystem { add("--tls-use-os-certs") }
        if let file = tls.certificateFile { add("--cert", file) }
        if let file = tls.keyFile { add("--key", file) }
        if !tls.checksHostName && tls.preSharedKey == nil { add("--insecure") }
        if given.$version.source != .default { add("--tls-version", given.version.rawValue) }
        if let ciphers = tls.ciphers { add("--ciphers", ciphers) }
        if let name = tls.applicationProtocol { add("--tls-alpn", name) }
        if given.preSharedKey != nil, let identity = given.preSharedKeyIdentity {
            addSecret("--psk", variable: "PSK")
            add("--psk-identity", identity)
        }
    }

    private mutating func addProxy(_ url: ProxyURL) {
        guard url.hasPassword else { return add("--proxy", url.text) }
        let (before, after) = url.partsAroundPassword
        words += ["--proxy", before.shellWord + "\"$PROXY_PASSWORD\"" + after.shellWord]
        secretVariables.append("PROXY_PASSWORD")
    }

    private mutating func add(_ flag: String) { words.append(flag) }
    private mutating func add(_ flag: String, _ value: String) { words += [flag, value.shellWord] }

    private mutating func addSecret(_ flag: String, variable: String) {
        words += [flag, "\"$\(variable)\""]
        secretVariables.append(variable)
    }
}
