import CommandLineKit
import Dojot
import Enrollment
import Fleet
import MQTT
import Payload

/// `fleet worker`: a part of a fleet, as a Locust master says.
struct FleetWorker: Command {
    static let configuration = CommandConfiguration(
        name: "worker",
        abstract: "Be a part of a fleet on many machines, as a Locust master says.",
        discussion: """
            Locust's master (pip install locust; locust -f scripts/locust/locustfile.py --master) says how many devices \
            run, and what they do: on its command line, or on its page. Each worker runs its part of the devices, \
            and tells the master how that goes. No device is in two parts.

            With a login at the platform, a worker does the master's --renew, --revoke, --actuate and --history too. The \
            login stays here: the master neither has nor hears it. What happens to certificates (--expire needs no login) \
            happens at its time since the test's start. A worker that joins later, or again, leaves out what was due before \
            that: whether another one has done it, it cannot know.

            A device without an identity that can be read fails once, and is looked for again each minute.

            Whoever reaches the master's port 5557 is taken for a worker, and whoever is in the master's place commands \
            the workers: Locust's protocol has neither encryption nor login. Use it in a network that you trust.
            """,
        examples: [
            Example(
                "dojot-device fleet worker --master load-1 --shard 0/2 --from fleet.txt",
                "the first of two: every second device of the list"),
            Example(
                "dojot-device fleet worker --master load-1 --expect-workers 2",
                "one of two, each the part that the master's number says"),
        ],
        exitCodes: [
            ExitCodeDescription(0, "the master ended the test, or ended by SIGINT or SIGTERM"),
            ExitCodeDescription(64, "the command line is wrong, or there are more workers than parts"),
            ExitCodeDescription(65, "a list cannot be read, or has no device for this part"),
            ExitCodeDescription(66, "an input file, or all identities, are missing"),
            ExitCodeDescription(69, "no master answers, the gateway does not, or libzmq is not installed"),
            ExitCodeDescription(75, "the login may work later: time limit, 429, 502, 503, 504"),
            ExitCodeDescription(76, "what the gateway sent is not what was asked for"),
            ExitCodeDescription(77, "login refused, or others may write to the folder"),
        ],
        environment: LoginOptions.environment)

    @Option(
        .long("master"), help: "Where Locust's master takes workers; port 5557 unless said.", valueName: "host[:port]")
    var master: BrokerAddress

    @Option(.long("shard"), help: "This worker's part of the devices: 0/4 to 3/4 are the parts of four.")
    var shard: WorkerShard?

    @Option(
        .long("expect-workers"),
        help: "In place of --shard: into how many parts the devices are split; the master says which is this one's.",
        valueName: "number")
    var workers: Int?

    @Option(
        .long("from"),
        help:
            "The devices of all workers: a file with one id a line, or CSV with a column id; without it, all in the folder.",
        valueName: "file")
    var list: String?

    @Option(
        .long("payload"), help: "What a device says where the master leaves that open: a template in JSON.",
        valueName: "file")
    var payload: String?

    @Option(.long("timeout"), help: "How long a master is looked for, also where it was lost.", valueName: "seconds")
    var timeout: Double = 300

    @OptionGroup()
    var connections: FleetConnectionOptions

    @OptionGroup(title: "Login, for a master's --renew, --revoke, --actuate and --history")
    var login: LoginOptions

    @OptionGroup(title: "Gateway")
    var https: HTTPSOptions

    @OptionGroup(title: "Gateway")
    var endEntity: EndEntityOptions

    @Flag(.long("json"), help: "Print what the master was told of the last test as one JSON object.")
    var printsJSON: Bool

    @OptionGroup()
    var store: StoreOptions

    func validate() throws(UsageError) {
        if shard != nil && workers != nil { throw UsageError("only one of --shard and --expect-workers can be used") }
        if let workers, workers < 1 { throw UsageError("--expect-workers must be 1 or more") }
        guard timeout > 0, timeout <= 86_400 else {
            throw UsageError("--timeout must be from above 0 to 86400 seconds")
        }
        try FleetDevices.checkInput(list, login)
    }

    func run() throws {
        let store = store.store(for: nil).listingOnce()
        var settings = SimulationSettings(
            devices: try FleetDevices.read(list, in: store), store: store,
            behaviour: try payload.map(FleetPayload.read) ?? DeviceBehaviour(attributes: PayloadTemplate([])))
        settings.pace = payload == nil ? .never : .interval(30)
        connections.apply(to: &settings)
        let platform =
            login.isGiven ? try FleetPlatform(login, https, endEntity, of: settings.devices, in: store) : nil
        // Blocked before the first thread is made, the signals come to nobody else; at a question they end the program.
        let signals = try StopSignals()
        let devices = WorkerDevices(settings, shard: shard, workers: workers ?? 1, platform: platform)
        let options = WorkerOptions(host: master.host, port: master.port ?? 5557, patience: timeout)
        var report = WorkerReport(master: options.master, devices: settings.devices.names.count)
        var worker = try Worker(options, fleet: devices) { report.take($0, own: devices.count) }
        let told = try worker.run(until: signals).total
        if printsJSON {
            try Console.result(json: WorkerSummary(told))
        } else {
            Console.result(WorkerReport.table(of: told))
        }
    }
}
