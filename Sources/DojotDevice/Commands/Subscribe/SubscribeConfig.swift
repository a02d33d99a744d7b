import CommandLineKit
import Dojot
import MQTT

/// `subscribe config`: mosquitto_sub for dojot's devices.
struct SubscribeConfig: Command {
    static let configuration = CommandConfiguration(
        name: "config",
        abstract: "Print what the platform tells a device.",
        discussion: """
            Topic, client identifier, broker and TLS files come from what retrieve-cert kept; whatever is said by a flag \
            goes before it. Without a device the flags say it all, as they do to mosquitto_sub.

            A lost connection is made again, and subscribed to again. An identity that is renewed meanwhile is taken up, \
            with no message of QoS 1 or 2 lost: for a device with a profile the broker keeps the session as long as this \
            runs. SIGINT and SIGTERM end it cleanly.
            """,
        usage: "[<options>] [<device-id>]",
        examples: [
            Example("dojot-device subscribe config f60c28", "prints each message until Ctrl-C"),
            Example("dojot-device subscribe config f60c28 -C 1 -W 60", "waits up to a minute for one message"),
            Example(
                "dojot-device subscribe config -h localhost -p 8883 -t /admin/f60c28/config -i admin:f60c28 "
                    + "--cert certs/f60c28.crt --key certs/f60c28.key --cafile certs/IOTmidCA.crt",
                "a mosquitto_sub line"),
        ],
        exitCodes: [
            ExitCodeDescription(0, "ended as was asked, or by SIGINT or SIGTERM"),
            ExitCodeDescription(27, "the time of -W ran out"),
            ExitCodeDescription(64, "the command line is wrong, or asks of Mosca what it cannot do"),
            ExitCodeDescription(65, "the key does not belong to the certificate"),
            ExitCodeDescription(66, "a file is missing"),
            ExitCodeDescription(69, "the broker cannot be reached"),
            ExitCodeDescription(74, "standard output cannot be written"),
            ExitCodeDescription(75, "no answer in time, or the connection was lost"),
            ExitCodeDescription(76, "what answers is no broker, or speaks no TLS"),
            ExitCodeDescription(
                77, "a certificate, the connection or the subscription was refused, or others may write to the folder"),
        ],
        helpNames: [.long("help")],
        shortNamesHeading: "As in mosquitto_sub")

    @Argument(help: "The device, as it was retrieved.", valueName: "device-id")
    var device: String?

    @Option(.long("topic"), .short("t"), help: "A topic filter; may be repeated; without a profile one is needed.")
    var topics: [String]

    @Option(
        .long("qos"), .short("q"),
        help: "The most quality of service; without it 1 for a device with a profile, else 0.",
        valueName: "level")
    var quality: QualityArgument?

    @OptionGroup(title: "Messages")
    var selection: SelectionOptions

    @OptionGroup(title: "Output")
    var output: OutputOptions

    @OptionGroup()
    var store: StoreOptions

    @OptionGroup(title: "Broker")
    var broker: BrokerOptions

    @OptionGroup(title: "TLS")
    var tls: TLSOptions

    @OptionGroup(title: "Will")
    var will: WillOptions

    func validate() throws(UsageError) {
        if device == nil && topics.isEmpty && broker.url == nil {
            throw UsageError("neither a device nor a topic", hint: "name the device, or a topic with --topic")
        }
        let filters = topics + selection.unsubscribes + selection.filteredOut
        for filter in filters + [broker.url?.topic].compactMap({ $0 }) { try TopicLength.check(filter) }
        if filters.contains("") { throw UsageError("a topic filter must not be empty") }
        for filter in filters where !TopicFilter.isValid(filter) {
            throw UsageError("'\(filter)' is no topic filter: + and # stand for whole levels, # at the end")
        }
    }

    func run() throws {
        Console.isQuiet = broker.isQuiet
        let device = try device.map { try DeviceName($0) }
        let target = try BrokerTarget(device: device, store: store, broker: broker, tls: tls, will: will)
        var filters = topics
        if let topic = broker.url?.topic { filters.append(topic) }
        if filters.isEmpty, let topics = target.topics { filters = [topics.config] }
        warn(filters, target)

        var options = target.options
        // Or the broker would send, at QoS 1 and 2, messages that are not printed any more.
        if let count = selection.count, count < 20 { options.receiveMaximum = Int32(count) }
        let quality = quality?.level ?? (device == nil ? .atMostOnce : .atLeastOnce)
        let subscription = Subscription(
            filters, qualityOfService: quality, options: selection.subscriptionOptions,
            properties: broker.properties(of: .subscribe))
        var receiver = Receiver(
            subscription, selection, unsubscribeProperties: broker.properties(of: .unsubscribe),
            printer: MessagePrinter(try output.style(), endsLines: !output.omitsLineEnd))
        try receiver.run(options, target.liveCredentials())
    }

    private func warn(_ filters: [String], _ target: BrokerTarget) {
        guard broker.version != .v5 else { return }
        for filter in filters {
            let problem = PlatformRule(kind: .config).warning(
                topic: filter, clientIdentifier: target.options.clientIdentifier, isSecured: target.options.tls != nil)
            if let problem { Console.warning(problem.message, hint: problem.hint) }
        }
    }
}
