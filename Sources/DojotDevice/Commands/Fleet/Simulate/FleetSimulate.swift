import CommandLineKit
import Enrollment
import Fleet
import MQTT
import PKI
import Payload

/// `fleet simulate`: all devices of a fleet at once.
struct FleetSimulate: Command {
    static let configuration = CommandConfiguration(
        name: "simulate",
        abstract: "Be all devices of a fleet: connect, publish, and tell how the platform keeps up.",
        discussion: """
            Each device connects with its own certificate, over mutual TLS, and publishes made-up values; generators are \
            those of 'dojot-device simulate', and more are to be had in a template (--payload). Times are measured from when something was due, not from when it could \
            be done, so that a broker that stalls does not look good.

            A device without an identity that can be read is absent: that is one failure, the others go on, and it is looked \
            for again each minute, since its files may come. The first device must have one: it says where the broker is.
            """,
        examples: [
            Example(
                "dojot-device fleet simulate --ramp 100/s --interval 30s --duration 10m temperature=20..30",
                "all devices of ./certs"),
            Example(
                "dojot-device fleet simulate --from ids.txt --rate 5000/s --duration 1m n=counter",
                "5000 messages a second of all together"),
        ],
        exitCodes: [
            ExitCodeDescription(0, "done, or ended by SIGINT or SIGTERM"),
            ExitCodeDescription(1, "too few open files or source addresses, or a port that cannot be listened on"),
            ExitCodeDescription(3, "an assertion does not hold, or a figure is worse than the baseline's"),
            ExitCodeDescription(64, "the command line is wrong"),
            ExitCodeDescription(65, "what is in a list or a file is wrong, or does not fit the devices"),
            ExitCodeDescription(66, "an input file, or a device's identity, is missing"),
            ExitCodeDescription(69, "no device could connect, or the gateway cannot be reached"),
            ExitCodeDescription(74, "the report cannot be written"),
            ExitCodeDescription(75, "the login may work later: time limit, 429, 502, 503, 504"),
            ExitCodeDescription(76, "what the gateway sent is not what was asked for"),
            ExitCodeDescription(77, "login refused, or others may write to the folder"),
        ],
        environment: LoginOptions.environment)

    @Argument(
        help: "An attribute and how it gets its values; without any, the devices connect and say nothing.",
        valueName: "name=generator")
    var generators: [GeneratorArgument]

    @Option(
        .long("payload"), help: "What a device says, and does when it is told something: a template in JSON.",
        valueName: "file")
    var payload: String?

    @Option(
        .long("from"),
        help: """
            The devices: a file with one id a line, or CSV with a column id, and one label where they have any; without \
            it, all in the folder.
            """,
        valueName: "file")
    var list: String?

    @Option(.long("count"), help: "Only the first so many of them.", valueName: "number")
    var count: Int?

    @Option(.long("ramp"), help: "How many devices begin to connect in a second; 100/s without it.")
    var ramp: Rate?

    private static let usualRamp = Rate(perSecond: 100)

    @Option(.long("interval"), help: "The time between two publications of a device; 30 s without it and --rate.")
    var interval: Period?

    @Option(.long("rate"), help: "How often all devices together publish, in place of --interval.")
    var rate: Rate?

    @Option(
        .long("jitter"), help: "By how much of itself a device's time between two publications differs, in per cent.",
        valueName: "percent")
    var jitter: Double = 10

    @Option(.long("duration"), help: "End after this time.")
    var duration: Period?

    @Option(
        .long("scenario"),
        help: "Phases, and what happens to certificates, as JSON; in place of --ramp and --duration.", valueName: "file"
    )
    var scenario: String?

    @Option(.long("qos"), .short("q"), help: "The quality of service of publications, 0, 1 or 2.", valueName: "level")
    var quality: Int = 1

    @Flag(.long("subscribe"), help: "Subscribe to each device's config topic.")
    var subscribes: Bool

    @OptionGroup()
    var probes: FleetProbeOptions

    @Option(.long("seed"), help: "Make up the same values each time this number is given.", valueName: "number")
    var seed: Int = 0

    @Option(
        .long("broker"), help: "The broker; without it that of the first device's profile.", valueName: "host[:port]")
    var broker: BrokerAddress?

    @Option(.long("keepalive"), .short("k"), help: "Seconds between signs of life, 5 to 65535; 0 for none.")
    var keepAlive: UInt16 = 60

    @Option(.long("timeout"), help: "How long to wait for a CONNACK, a PUBACK, or the history.", valueName: "seconds")
    var timeout: Double = 30

    @OptionGroup()
    var connections: FleetConnectionOptions

    @OptionGroup(title: "Login, for --actuate, --history, and a scenario that renews or revokes")
    var login: LoginOptions

    @OptionGroup(title: "Gateway")
    var https: HTTPSOptions

    @OptionGroup(title: "Gateway")
    var endEntity: EndEntityOptions

    @OptionGroup(title: "Report")
    var report: FleetReportOptions

    @OptionGroup()
    var store: StoreOptions

    func validate() throws(UsageError) {
        if interval != nil && rate != nil { throw UsageError("only one of --interval and --rate can be used") }
        if scenario != nil && (ramp != nil || duration != nil) {
            throw UsageError("a --scenario has its own ramp and duration: leave out --ramp and --duration")
        }
        if let count, count < 1 { throw UsageError("--count must be 1 or more") }
        guard (0...2).contains(quality) else { throw UsageError("--qos must be 0, 1 or 2") }
        guard keepAlive == 0 || keepAlive >= 5 else { throw UsageError("--keepalive must be 0, or 5 to 65535 seconds") }
        guard (0...100).contains(jitter) else { throw UsageError("--jitter must be 0 to 100 per cent") }
        guard timeout > 0, timeout <= 86_400 else {
            throw UsageError("--timeout must be from above 0 to 86400 seconds")
        }
        guard seed >= 0 else { throw UsageError("--seed must be 0 or more") }
        try FleetDevices.checkInput(list, login)
        if payload != nil && !generators.isEmpty {
            throw UsageError("only one of --payload and name=generator can be used")
        }
    }

    func run() throws {
        let store = store.store(for: nil).listingOnce()
        var settings = SimulationSettings(
            devices: try FleetDevices.read(list, count: count, in: store), store: store, behaviour: try behaviour())
        // Hints are about the first device, which the broker's address is from.
        if let first = settings.devices.names.first { _ = self.store.store(for: first) }
        settings.broker = broker.map { ($0.host, UInt16(clamping: $0.port ?? 8883)) }
        settings.pace = rate.map { .rate($0.perSecond) } ?? .interval(interval?.seconds ?? 30)
        if generators.isEmpty && payload == nil { settings.pace = .never }
        settings.jitter = jitter / 100
        settings.qualityOfService = QualityOfService(rawValue: Int32(clamping: quality)) ?? .atLeastOnce
        settings.subscribes = subscribes || settings.behaviour.onConfig != nil
        settings.keepAlive = Int32(keepAlive)
        settings.timeout = timeout
        settings.seed = UInt64(seed)
        connections.apply(to: &settings)
        let prepared = try report.prepare()
        let course = try course(&settings)
        let platform = try platform(for: settings)
        // Blocked from here on, before the first thread is made: until now, at questions and the login, they end the program.
        let signals = try StopSignals()
        let metrics = try report.openMetrics()
        if let platform { probes.apply(to: &settings, at: platform) }
        let fleet = try SimulatedFleet(FleetPreparation(settings))
        let agenda = try FleetPlatform.agenda(for: settings, at: platform, rest: settings.scenario?.duration ?? 0)
        let work = PlatformWork(FleetPlatform.crew(agenda, for: fleet, at: platform), for: fleet)
        Console.note("\(settings.devices.names.count.deviceText), to \(fleet.peer); Ctrl-C ends it")
        let started = Timestamp.now
        var run = FleetRun(fleet: fleet, work: work, course: course, metrics: metrics, signals: signals)
        try run.run()
        let summary = RunSummary(
            of: run.timeline, program: "\(Console.programName) \(Version.program)", started: "\(started)",
            settings: description(of: settings, fleet.peer),
            devices: settings.plan?.counts ?? [.healthy: settings.devices.names.count], duration: run.duration)
        try prepared.tell(summary, run.timeline)
        if summary.mostConnected == 0, let cause = summary.total.failures.max(by: { $0.value < $1.value })?.key {
            throw Failure(
                .unavailable, "no device could connect to \(fleet.peer): \(cause)", hint: diagnosis(of: settings))
        }
    }

    /// The command that examines the first device, on the broker that was given.
    private func diagnosis(of settings: SimulationSettings) -> String? {
        CommandContext.set(
            diagnosisOptions: settings.broker.map { ["-h", $0.host, "-p", "\($0.port)"] } ?? [])
        return CommandContext.current.diagnosis()
    }

    /// From the ramp and the duration, or from the scenario.
    private func course(_ settings: inout SimulationSettings) throws -> FleetCourse {
        guard let scenario else {
            return .ramp(perSecond: (ramp ?? Self.usualRamp).perSecond, duration: duration?.seconds)
        }
        let content = try FileContent.read(scenario, most: 1 << 20, limit: "larger than a scenario can be, 1 MiB")
        do throws(FleetError) {
            let read = try Scenario(json: content)
            settings.scenario = read
            settings.plan = try ScenarioPlan(read, devices: settings.devices.names.count, seed: settings.seed)
            return .scenario(read, rate: rate?.perSecond)
        } catch {
            throw Failure(.dataError, "\(scenario): \(error.message)", hint: error.hint)
        }
    }

    /// Logs in at the platform, where that is needed.
    private func platform(for settings: SimulationSettings) throws -> FleetPlatform? {
        let events = settings.plan?.events ?? []
        guard probes.isWanted || events.contains(where: { $0.kind != .expire }) else { return nil }
        return try FleetPlatform(login, https, endEntity, of: settings.devices, in: settings.store)
    }

    /// What was asked for, for the summary.
    private func description(of settings: SimulationSettings, _ peer: String) -> [String: String] {
        var description = [
            "broker": peer, "devices": "\(settings.devices.names.count)", "qos": "\(quality)",
            "keepalive": "\(keepAlive) s", "seed": "\(seed)",
        ]
        if subscribes { description["subscribe"] = "yes" }
        if scenario == nil { description["ramp"] = "\(ramp ?? Self.usualRamp)" }
        description["actuate"] = probes.actuation?.description
        description["history"] = probes.history?.description
        description["scenario"] = scenario
        description["payload"] = payload
        switch settings.pace {
        case .interval(let seconds): description["interval"] = "\(Period(seconds: seconds))"
        case .rate(let rate): description["rate"] = "\(Rate(perSecond: rate))"
        case .never: break
        }
        return description
    }

    /// What the devices say, from the file or the command line.
    private func behaviour() throws -> DeviceBehaviour {
        guard let payload else { return DeviceBehaviour(attributes: try PayloadTemplate(generators.map(\.generator))) }
        return try FleetPayload.read(payload)
    }
}
