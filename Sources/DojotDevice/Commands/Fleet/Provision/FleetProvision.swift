import CommandLineKit
import Dojot
import Enrollment
import Fleet
import HTTP

/// `fleet provision`: `retrieve-cert` for a whole fleet.
struct FleetProvision: Command {
    static let configuration = CommandConfiguration(
        name: "provision",
        abstract: "Get every device of a fleet its key and its certificate.",
        discussion: """
            Does for each device what retrieve-cert does for one, many at the same time: all cores make keys, and \
            --concurrency requests are under way. The devices are listed in a file, are all of the tenant's, or are made \
            first. Where the platform asks to wait, all wait; the login is renewed before it expires.

            A device that fails is written to failed.csv in the folder, and the others go on. What is done is noted in \
            provision.journal there: cut off at any moment, the same command does what is left, and has nothing signed or \
            made twice.
            """,
        examples: [
            Example("dojot-device fleet provision http://localhost:8000 --from devices.csv", "the devices of a file"),
            Example(
                "dojot-device fleet provision http://localhost:8000 --create 1000 --key-type p256",
                "a thousand new devices, with keys on a curve"),
            Example(
                "dojot-device fleet provision https://dojot.example --all-devices -u admin --password-file secret",
                "every device of the tenant"),
        ],
        exitCodes: [
            ExitCodeDescription(0, "every device has its identity"),
            ExitCodeDescription(1, "some devices failed, and some of them will again"),
            ExitCodeDescription(64, "the command line is wrong"),
            ExitCodeDescription(65, "unknown CA, a list or a template that cannot be read"),
            ExitCodeDescription(66, "an input file is missing"),
            ExitCodeDescription(69, "the gateway cannot be reached"),
            ExitCodeDescription(73, "another platform's files are in the folder, or a file cannot be made"),
            ExitCodeDescription(74, "a file cannot be written"),
            ExitCodeDescription(75, "some devices failed, and all of them may work later"),
            ExitCodeDescription(76, "what the platform sent is not what was asked for"),
            ExitCodeDescription(77, "login or permission refused, or others may write to the folder"),
            ExitCodeDescription(130, "ended by SIGINT (143: by SIGTERM); the same command goes on"),
        ],
        environment: LoginOptions.environment)

    @Argument(help: "The platform's gateway, such as http://localhost:8000.", valueName: "gateway")
    var host: String

    @Argument(help: "The CA that is to sign.", valueName: "ca-name")
    var authorityName: String = "IOTmidCA"

    @OptionGroup(title: "Devices")
    var devices: FleetDeviceOptions

    @Option(
        .long("concurrency"), help: "How many requests are under way at the same time, 1 to 256.", valueName: "number")
    var concurrency: Int = 16

    @Option(
        .long("broker"), help: "Where the devices' broker is; without it the gateway's host, and 8883.",
        valueName: "host[:port]")
    var broker: BrokerAddress?

    @Option(
        .long("broker-kind"), help: "What the broker is; without it mosca beside ejbca, vernemq beside x509.",
        valueName: "kind")
    var brokerKind: BrokerKind?

    @Option(
        .long("platform"), help: "The platform's certificate API: EJBCA-REST, x509-identity-mgmt, or asked for.",
        valueName: "api")
    var platform: PlatformArgument = .auto

    @OptionGroup()
    var store: StoreOptions

    @Flag(.long("json"), help: "Print the summary as one JSON object.")
    var printsJSON: Bool

    @OptionGroup(title: "Keys and certificates")
    var keys: KeyKindOptions

    @OptionGroup(title: "Keys and certificates")
    var content: CertificateContentOptions

    @OptionGroup()
    var gateway: GatewayOptions

    func validate() throws(UsageError) {
        guard (1...256).contains(concurrency) else { throw UsageError("--concurrency must be from 1 to 256") }
        try FleetDevices.checkInput(devices.file, gateway.login)
    }

    func run() throws {
        let target = try FleetTarget(self)
        let listed = try devices.listed()
        let template = try devices.template()
        let access = try FleetAccess(
            gateway.login, at: target.gateway, trust: target.trust, timeout: gateway.timeout)
        // Blocked from here on, before there is a thread: at the questions for user and password they end the program.
        let stop = try StopRequest()
        do {
            try run(on: target, listed, template, access, stop)
        } catch  where stop.signal != nil {
            throw stop.failure(error)
        }
    }

    /// All that a signal may end: that is told from other failures by its exit code.
    private func run(
        on target: FleetTarget, _ listed: Fleet.DeviceList?, _ template: FleetTemplate, _ access: FleetAccess,
        _ stop: StopRequest
    ) throws {
        let login = try access.open(over: target.client(stop))
        Console.note(
            "logged in\(login.first.claims.username.map { " as \($0)" } ?? ""), tenant \(login.first.claims.service)")
        let order = try target.order(for: login.first)
        let source = try target.source(for: order, login.first, stop)
        let directory = try target.folder()
        try target.check(source.certificate, in: directory)
        try devices.checkFile(isNot: "\(directory)/failed.csv")
        let journal = try ProvisioningJournal(
            in: directory,
            for: ProvisioningJournal.Subject(
                gateway: order.gateway, authorityName: order.authorityName, tenant: order.tenant))
        let finder = FleetFinder(devices, journal, tenant: order.tenant)
        let found = try finder.find(
            listed?.names, template,
            TenantDevices(
                as: login.shared, trust: target.trust, timeout: gateway.timeout,
                isInterrupted: { stop.signal != nil }, onRetry: Console.noteRetry))
        let provisioning = try Provisioning(
            Provisioning.Plan(
                gateway: target.gateway, trust: target.trust, timeout: gateway.timeout, order: order,
                profileChange: target.profileChange, concurrency: concurrency, keyMakers: Cores.usable),
            of: found.list, from: source, as: login.shared, into: directory, journal)
        for (id, error) in found.refused { try provisioning.refuse(id, error) }
        try ProvisionRun(provisioning, journal, stop, order, source, printsJSON: printsJSON).run()
    }
}
