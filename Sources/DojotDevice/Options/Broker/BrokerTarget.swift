import CommandLineKit
import Dojot
import Enrollment
import MQTT

/// Which broker to connect to, as whom and how: what the flags say, over what the profile of a device says.
struct BrokerTarget {
    let options: MQTTClient.Options
    /// The device's topics, where a profile says them.
    let topics: DeviceTopics?
    private let identity: Identity?
    private let store: CredentialStore
    private let tls: TLSOptions

    /// - Parameter quality: the quality of service of what will be published, where that is what it is for.
    init(
        device: DeviceName?, store: StoreOptions, broker: BrokerOptions, tls: TLSOptions, will: WillOptions,
        publishingAt quality: QualityOfService? = nil
    ) throws {
        self.store = store.store(for: device)
        self.tls = tls
        let folder = self.store
        let identity = try device.map { name throws(EnrollmentError) in try folder.load(name) }
        self.identity = identity
        if let identity { CommandContext.set(identity.profile) }
        let kind = broker.kind ?? identity?.profile.broker.kind
        topics = identity.map { DeviceTopics($0.profile, on: kind) }
        if let identity, let kind { try Self.check(identity, on: kind, broker.version, quality) }
        var options =
            try identity.map { identity throws(EnrollmentError) in try MQTTClient.Options(identity, brokerKind: kind) }
            ?? MQTTClient.Options(host: "localhost", port: 0)
        let asksForTLS = tls.asksForTLS || broker.url?.isSecure == true
        try broker.apply(to: &options, hasTLSFiles: asksForTLS)
        options.will = will.will(properties: broker.properties(of: .will))
        // As mosquitto_pub does: the port of MQTT over TLS without a CA means the system's.
        let impliesTLS = identity == nil && !asksForTLS && options.port == 8883 && options.unixSocket == nil
        if asksForTLS || impliesTLS || options.tls != nil {
            options.tls = try tls.apply(to: options.tls)
            tls.warn(isQuiet: broker.isQuiet)
        }
        self.options = options
        if tls.preSharedKey == nil {
            let isForeign = identity == nil
            let connection = broker.diagnosisOptions(of: isForeign ? options : nil)
            let trustsSystem = isForeign && options.tls != nil && !tls.asksForTLS && options.port != 8883
            CommandContext.set(
                diagnosisOptions: connection + tls.diagnosisOptions + (trustsSystem ? ["--tls-use-os-certs"] : []))
        }
        if broker.password != nil && !broker.isQuiet {
            Console.warning("the password on the command line can be seen by other users of this machine")
        }
    }

    /// The certificate and key of the connection, for those who stay: the profile's, unless flags name others.
    func liveCredentials() -> LiveCredentials? {
        guard let configuration = options.tls, configuration.certificateFile != nil else { return nil }
        guard let identity, tls.certificateFile == nil else { return LiveCredentials(configuration) }
        let tls = tls
        return LiveCredentials(of: identity, in: store, configuration) { renewed in
            try tls.apply(to: MQTTClient.Options(renewed).tls)
        }
    }

    /// Refuses what dojot's brokers never answer, or never complete.
    ///
    /// Both speak MQTT 3.1 and 3.1.1: Mosca ignores a CONNECT of MQTT 5, and VerneMQ (1.10 in dojot 0.5 to 1.0, its option
    /// `allowed_protocol_versions` left at 3,4) refuses it.
    private static func check(
        _ identity: Identity, on kind: BrokerKind, _ version: ProtocolVersion, _ quality: QualityOfService?
    ) throws(UsageError) {
        if version == .v5 {
            let broker =
                switch kind {
                case .mosca: "Mosca"
                case .vernemq: "VerneMQ"
                }
            throw UsageError(
                "the broker of \(identity.name) is \(broker), which does not speak MQTT 5",
                hint: "leave out --protocol-version and --property")
        }
        if kind == .mosca, quality == .exactlyOnce {
            throw UsageError(
                "the broker of \(identity.name) is Mosca, which never completes a publication of QoS 2",
                hint: "use --qos 1")
        }
    }
}

extension BrokerOptions {
    /// Puts what was said over what is there.
    fileprivate func apply(to options: inout MQTTClient.Options, hasTLSFiles: Bool) throws {
        if let url {
            options.host = url.host
            options.port = url.port
            options.username = url.username ?? options.username
            options.password = url.password ?? options.password
        }
        if let host { options.host = host.name }
        if let port { options.port = port }
        if options.port == 0 { options.port = hasTLSFiles ? 8883 : 1883 }
        options.unixSocket = unixSocket
        options.bindAddress = bindAddress
        options.proxy = proxy?.proxy
        if let chosenIdentifier { options.clientIdentifier = chosenIdentifier }
        if let username { options.username = username }
        if let password { options.password = password }
        options.version = version
        options.keepAlive = Int32(keepAlive)
        options.cleanSession = !keepsSession
        options.noDelay = noDelay
        options.timeout = timeout
        options.maximumReconnects = maximumReconnects
        if isDebugging { options.log = { line in Console.note(line) } }
        options.disconnectProperties = properties(of: .disconnect)
        options.connectProperties = try connectProperties(identified: options.clientIdentifier != nil)
    }

    private func connectProperties(identified: Bool) throws(UsageError) -> [Property] {
        var list = properties(of: .connect)
        let isLasting: Bool
        if version == .v5 {
            let seconds = sessionExpiry?.seconds ?? (keepsSession ? SessionExpiry.forever : 0)
            let isSaid = list.contains { (property: Property) in property.identifier == SessionExpiry.identifier }
            if seconds > 0 && !isSaid {
                list.append(Property(identifier: SessionExpiry.identifier, value: .int32(seconds)))
            }
            isLasting = seconds == SessionExpiry.forever
        } else {
            isLasting = keepsSession
        }
        if isLasting && (!identified || identifierPrefix != nil) {
            throw UsageError("a session that lasts needs a client identifier", hint: "add --id")
        }
        return list
    }
}
