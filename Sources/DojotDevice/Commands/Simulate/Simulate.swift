import CommandLineKit
import Dojot
import Enrollment
import MQTT
import Payload

/// `simulate`: one device that says something every few seconds, and hears what it is told.
struct Simulate: Command {
    static let configuration = CommandConfiguration(
        name: "simulate",
        abstract: "Be a device: publish made-up values, and print what the platform tells it.",
        discussion: """
            On one connection it publishes an object of made-up values every few seconds, and prints what comes on the \
            device's config topic. A connection that is lost is made again; what was due meanwhile is left out.

            A generator gives an attribute its values:
              temperature=20..30  any number of the range; 20.0..30.0 has a decimal
              level=20~30         a random walk in the range
              on=true|false       one of several
              n=counter           1, 2, 3, …
              t=timestamp         milliseconds since 1970; the platform takes one
                                  named 'timestamp' for the sample's time
              mode=eco            a constant: a number, true, false or null if its
                                  text stays the same as one, else a string
              at:=[1.5, 2]        a constant as JSON; word:="counter" is no counter
            """,
        examples: [
            Example("dojot-device simulate f60c28 temperature=20..30", "a temperature every 5 seconds"),
            Example(
                "dojot-device simulate f60c28 --every 500ms --count 20 --seed 7 level=0.0~1.0 'on=true|false' n=counter",
                "20 objects in 10 seconds, the same ones each time"),
            Example("dojot-device simulate f60c28 --echo", "an actuator: says what it was told, and nothing else"),
        ],
        exitCodes: [
            ExitCodeDescription(0, "done, or ended by SIGINT or SIGTERM"),
            ExitCodeDescription(64, "the command line is wrong"),
            ExitCodeDescription(66, "the device's certificate, key or profile is missing"),
            ExitCodeDescription(69, "the broker cannot be reached"),
            ExitCodeDescription(75, "the broker did not answer in time"),
            ExitCodeDescription(76, "the broker broke its protocol"),
            ExitCodeDescription(
                77, "certificate, publication or subscription refused, or others may write to the folder"),
        ])

    @Argument(help: "The device's id, as it was retrieved.", valueName: "device-id")
    var device: String

    @Argument(
        help: "An attribute and how it gets its values; without any, nothing is published by itself.",
        valueName: "name=generator")
    var generators: [GeneratorArgument]

    @Option(.long("every"), help: "The time between two publications: 500ms, 5s, 1m.")
    var interval: Period = Period(seconds: 5)

    @Option(.long("count"), help: "End after so many publications.", valueName: "number")
    var count: Int?

    @Option(.long("duration"), help: "End after this time.")
    var duration: Period?

    @Option(.long("seed"), help: "Make up the same values each time this number is given.", valueName: "number")
    var seed: Int?

    @Flag(.long("echo"), help: "Answer what comes on config by publishing the same attributes.")
    var echoes: Bool

    @Option(.long("qos"), .short("q"), help: "The quality of service of publications, 0 or 1.", valueName: "level")
    var quality: Int = 1

    @Flag(.long("json"), help: "Print each thing that happens as one JSON object a line.")
    var printsJSON: Bool

    @Flag(.long("verbose"), .short("v"), help: "Print what is published too, on standard error.")
    var isVerbose: Bool

    @Option(.long("keepalive"), .short("k"), help: "Seconds between signs of life, 5 to 65535; 0 for none.")
    var keepAlive: UInt16 = 60

    @Option(.long("timeout"), help: "How long to wait for the broker's answers.", valueName: "seconds")
    var timeout: Double = 30

    @Option(
        .long("max-reconnects"), help: "Give up after so many attempts in a row to come back.", valueName: "number")
    var maximumReconnects: Int?

    @OptionGroup()
    var store: StoreOptions

    func validate() throws(UsageError) {
        if let seed, seed < 0 { throw UsageError("--seed must be 0 or more") }
        if let count, count < 1 { throw UsageError("--count must be 1 or more") }
        guard quality == 0 || quality == 1 else { throw UsageError("--qos must be 0 or 1") }
        guard keepAlive == 0 || keepAlive >= 5 else { throw UsageError("--keepalive must be 0, or 5 to 65535 seconds") }
        guard timeout > 0, timeout <= 86_400 else {
            throw UsageError("--timeout must be from above 0 to 86400 seconds")
        }
        if let maximumReconnects, maximumReconnects < 0 { throw UsageError("--max-reconnects must be 0 or more") }
        if count != nil && generators.isEmpty {
            throw UsageError("--count needs something to publish", hint: "add a generator such as temperature=20..30")
        }
        _ = try template()
    }

    func run() throws {
        let name = try DeviceName(device)
        let store = store.store(for: name)
        let identity = try store.load(name)
        CommandContext.set(identity.profile)
        var options = try MQTTClient.Options(identity)
        options.keepAlive = Int32(keepAlive)
        options.timeout = timeout
        options.maximumReconnects = maximumReconnects
        let quality: QualityOfService = quality == 0 ? .atMostOnce : .atLeastOnce

        var simulation = Simulation(
            client: try MQTTClient(options),
            device: SimulatedDevice(
                template: try template(), seed: seed.map(UInt64.init) ?? .random(in: .min ... .max)),
            topics: DeviceTopics(identity.profile),
            schedule: Simulation.Schedule(
                interval: generators.isEmpty ? nil : interval.seconds, count: count, duration: duration?.seconds),
            quality: quality, echoes: echoes,
            credentials: LiveCredentials(
                of: identity, in: store, options.tls ?? TLSConfiguration()
            ) { try MQTTClient.Options($0).tls ?? TLSConfiguration() },
            report: SimulationReport(
                device: name.description, peer: options.peer, countsAcknowledgements: quality != .atMostOnce,
                printsJSON: printsJSON, isVerbose: isVerbose))
        try simulation.run()
    }

    private func template() throws(UsageError) -> PayloadTemplate {
        do {
            return try PayloadTemplate(generators.map(\.generator))
        } catch {
            throw UsageError(error.description)
        }
    }
}
