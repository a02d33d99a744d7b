import CommandLineKit
import Dojot
import MQTT

/// `publish attrs`: mosquitto_pub for dojot's devices.
struct PublishAttrs: Command {
    static let configuration = CommandConfiguration(
        name: "attrs",
        abstract: "Publish a device's attributes.",
        discussion: """
            Topic, client identifier, broker and TLS files come from what retrieve-cert kept; whatever is said by a flag \
            goes before it. Without a device the flags say it all, as they do to mosquitto_pub.

            A value is a number, true, false or null if its text stays the same as one, else a string; name:=JSON is \
            JSON. The platform drops what is no JSON object without a word, so that is an error here.

            Lines from standard input (-l) survive a broker that goes away: at QoS 1 and 2 each line is delivered, in \
            order, and exit code 0 means that each was acknowledged.
            """,
        usage: "[<options>] [<device-id>] [<name=value> ...]",
        examples: [
            Example("dojot-device publish attrs f60c28 temperature=21.5 on=true", "as what retrieve-cert kept"),
            Example("dojot-device publish attrs f60c28 temperature=21.5 --confirm", "and whether it was stored"),
            Example("sensor | dojot-device publish attrs f60c28 -l", "one JSON object a line"),
            Example(
                "dojot-device publish attrs -h localhost -p 8883 -t /admin/f60c28/attrs -i admin:f60c28 "
                    + "-m '{\"attr_example\": 10}' --cert certs/f60c28.crt --key certs/f60c28.key "
                    + "--cafile certs/IOTmidCA.crt", "a mosquitto_pub line"),
        ],
        exitCodes: [
            ExitCodeDescription(0, "published; at QoS 1 and 2 acknowledged"),
            ExitCodeDescription(64, "the command line is wrong, or asks of Mosca what it cannot do"),
            ExitCodeDescription(65, "no JSON object; or the key does not belong to the certificate"),
            ExitCodeDescription(66, "a file is missing"),
            ExitCodeDescription(69, "the broker cannot be reached"),
            ExitCodeDescription(75, "no answer in time, or the connection was lost; not stored, with --confirm"),
            ExitCodeDescription(76, "what answers is no broker, or speaks no TLS"),
            ExitCodeDescription(
                77, "a certificate, the connection or the message was refused, or others may write to the folder"),
            ExitCodeDescription(130, "ended by SIGINT before all was acknowledged; 143 by SIGTERM"),
        ],
        environment: ConfirmOptions.environment,
        helpNames: [.long("help")],
        shortNamesHeading: "As in mosquitto_pub")

    @Argument(help: "The device, as it was retrieved; then its attributes.", valueName: "device-id|name=value")
    var words: [String]

    @OptionGroup(title: "Message")
    var message: MessageOptions

    @Option(.long("topic"), .short("t"), help: "The topic; without a profile it is needed.")
    var topic: String?

    @Option(
        .long("qos"), .short("q"), help: "The quality of service; without it 1 for a device with a profile, else 0.",
        valueName: "level")
    var quality: QualityArgument?

    @Flag(.long("retain"), .short("r"), help: "The broker keeps the message for those who subscribe later.")
    var isRetained: Bool

    @Option(
        .long("max-inflight"), .short("M"),
        help: "The most messages without acknowledgement on their way; without it 100, at QoS 2 20.")
    var window: UInt16?

    @Flag(.long("dry-run"), help: "Print the equal mosquitto_pub line and send nothing.")
    var isDryRun: Bool

    @OptionGroup()
    var store: StoreOptions

    @OptionGroup(title: "Confirmation")
    var confirm: ConfirmOptions

    @OptionGroup(title: "Broker")
    var broker: BrokerOptions

    @OptionGroup(title: "TLS")
    var tls: TLSOptions

    @OptionGroup(title: "Will")
    var will: WillOptions

    func validate() throws(UsageError) {
        let device = Self.device(in: words)
        try TopicLength.check(topic ?? broker.url?.topic)
        if device == nil, let name = words.first(where: { !$0.contains("=") }) {
            let ordered = [name] + words.filter { $0 != name }
            throw UsageError(
                "the device comes before its attributes",
                hint: "dojot-device publish attrs \(ordered.map(\.shellWord).joined(separator: " "))")
        }
        if device == nil && topic == nil && broker.url == nil {
            throw UsageError("neither a device nor a topic", hint: "name the device, or a topic with --topic")
        }
        let source = try message.source(attributes: Self.attributes(in: words))
        try confirm.check(device: device, source, message)
    }

    func run() throws {
        Console.isQuiet = broker.isQuiet
        let device = try Self.device(in: words).map { word in try DeviceName(word) }
        let quality = quality?.level ?? (device == nil ? .atMostOnce : .atLeastOnce)
        let target = try BrokerTarget(
            device: device, store: store, broker: broker, tls: tls, will: will, publishingAt: quality)
        let topic = topic ?? broker.url?.topic ?? target.topics?.attrs ?? ""
        warn(topic, target)

        let source = try message.source(attributes: Self.attributes(in: words))
        let publication = Publication(
            topic: topic, quality: quality, isRetained: isRetained, properties: broker.properties(of: .publish))
        if isDryRun {
            let line = try MosquittoLine(publication, target.options, source, message, self)
            Console.result(line.text)
            if !line.secretVariables.isEmpty {
                Console.note(
                    "secrets are not printed: set \(line.secretVariables.joined(separator: ", ")) before you run it")
            }
            return
        }
        switch source {
        case .lines:
            let lines = LinePublisher(publication, checksJSON: !message.isRaw, window: window(at: quality))
            try lines.run(target)
        default:
            let payload = try source.payload(checkingJSON: !message.isRaw)
            let single = SinglePublisher(
                publication, repeats: message.repeats, pause: message.repeatDelay, payload: payload)
            let confirmation = try confirmation(of: payload, device)
            let sent = try single.run(target.options)
            try confirmation?.wait(since: sent, within: confirm.seconds)
        }
    }

    private func confirmation(of payload: [UInt8], _ device: DeviceName?) throws -> Confirmation? {
        guard confirm.isWanted, let device else { return nil }
        return try Confirmation(payload, of: device) { try confirm.openDevices(for: device, store) }
    }

    /// The first word is the device, unless it is an attribute.
    static func device(in words: [String]) -> String? {
        words.first.flatMap { $0.contains("=") ? nil : $0 }
    }

    static func attributes(in words: [String]) -> [String] {
        device(in: words) == nil ? words : Array(words.dropFirst())
    }

    /// At QoS 2 mosquitto drops, without a word and with an acknowledgement, what goes beyond its own limit, which is 20
    /// unless it is told otherwise (max_inflight_messages); MQTT 3.1.1 has no way to ask for it.
    private func window(at quality: QualityOfService) -> Int {
        switch window {
        case .none: quality == .exactlyOnce ? 20 : 100
        case 0: OutgoingStream.widest
        case .some(let number): Int(number)
        }
    }

    /// MQTT 3.1.1 has no way for the broker to refuse a message, so what the platform would drop is said before.
    private func warn(_ topic: String, _ target: BrokerTarget) {
        guard broker.version != .v5 else { return }
        let options = target.options
        let problem = PlatformRule(kind: .attrs).warning(
            topic: topic, clientIdentifier: options.clientIdentifier, isSecured: options.tls != nil)
        if let problem { Console.warning(problem.message, hint: problem.hint) }
    }
}

/// Where and how messages are published.
struct Publication {
    let topic: String
    let quality: QualityOfService
    let isRetained: Bool
    let properties: [Property]
}
