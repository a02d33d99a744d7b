import CommandLineKit
import Diagnosis

/// `diagnose`: why a device does not connect.
struct Diagnose: Command {
    static let configuration = CommandConfiguration(
        name: "diagnose",
        abstract: "Find out why a device does not connect.",
        discussion: """
            Walks the way from the device's files to its broker: key and certificates, dates and clock, names, the \
            platform's gateway, the broker's name, port, TLS, certificate, what it says to ours, and what it lets the \
            device do. A line a step: it is well (✓), wrong (✗), to be seen to (!) or was not checked (-). It stops at \
            nothing, and ends with the cause and with what mends it.

            A device that was retrieved needs nothing more. For any broker say host, port and files by mosquitto_pub's \
            flags. Before there is a certificate a gateway is enough. The platform is asked about the device with \
            --login, or where there is a token.

            It connects as the device: on Mosca, which wants the device's own client identifier, a client that is \
            connected as the device loses its connection for the moment. It publishes an empty JSON object, of which the \
            platform stores nothing; --no-publish leaves that out.
            """,
        usage: "[<options>] [<device-id>|<gateway>]",
        examples: [
            Example("dojot-device diagnose f60c28", "the device, as retrieve-cert left it"),
            Example("dojot-device diagnose f60c28 --login", "asks the platform about the device too"),
            Example(
                "dojot-device diagnose -h mqtt.lab -p 8883 --cert d.crt --key d.key --cafile ca.crt", "any MQTT broker"),
            Example("dojot-device diagnose http://localhost:8000 --login", "before there is a certificate"),
            Example("dojot-device diagnose f60c28 --bundle f60c28.report", "writes all of it down, for who may help"),
            Example("dojot-device diagnose f60c28 --json | jq -r .cause.code", "for a script"),
        ],
        exitCodes: [
            ExitCodeDescription(0, "nothing is wrong that keeps the device from connecting"),
            ExitCodeDescription(64, "the command line is wrong"),
            ExitCodeDescription(65, "a key, a certificate, a name or the clock is wrong"),
            ExitCodeDescription(66, "a file is missing or cannot be read"),
            ExitCodeDescription(69, "the broker, or the gateway, cannot be reached"),
            ExitCodeDescription(73, "the file of --bundle cannot be made"),
            ExitCodeDescription(75, "it may work later: no answer in time, 502, 503, 504"),
            ExitCodeDescription(76, "what answers is no MQTT broker, or speaks no TLS"),
            ExitCodeDescription(
                77, "a certificate, a login, the connection or a topic is refused, or others may write to the folder"),
        ],
        environment: DiagnoseLoginOptions.environment,
        helpNames: [.long("help")],
        shortNamesHeading: "As in mosquitto_pub")

    @Argument(
        help: "The device, as it was retrieved; or a gateway's URL, before there is one.",
        valueName: "device-id|gateway")
    var subject: String?

    @Flag(.long("json"), help: "Print all of it as one JSON object.")
    var printsJSON: Bool

    @Option(
        .long("bundle"),
        help: "Write all of it to this new file, with versions and certificates, without any key or password.",
        valueName: "file")
    var bundle: String?

    @Flag(.long("list-codes"), help: "List all that can be found, with the code and the exit code of each.")
    var listsCodes: Bool

    @Flag(.long("no-publish"), help: "Do not publish an empty JSON object to see whether that is allowed.")
    var skipsPublishing: Bool

    @Option(.long("timeout"), help: "Seconds for each step that waits for an answer.", valueName: "seconds")
    var timeout: Double = 10

    @OptionGroup()
    var store: StoreOptions

    @Option(.long("crlfile"), help: "A revocation list to look into, PEM.", valueName: "file")
    var revocationListFile: String?

    @OptionGroup(title: "Platform")
    var login: DiagnoseLoginOptions

    @OptionGroup(title: "Platform")
    var https: HTTPSOptions

    @OptionGroup(title: "Broker")
    var broker: DiagnoseBrokerOptions

    @OptionGroup(title: "TLS")
    var tls: TLSOptions

    func validate() throws(UsageError) {
        guard timeout > 0, timeout <= 3600 else { throw UsageError("--timeout must be from above 0 to 3600 seconds") }
    }

    func run() throws {
        if listsCodes { return FindingList.print() }
        let target = try DiagnosisTarget(self)
        let file = try bundle.map(DiagnosisBundle.init)
        let examination = Examination(target.subject)
        let text = DiagnosisText(title: target.title)
        if !printsJSON { text.begin() }
        let report = examination.run(
            began: { if !printsJSON { text.show(progress: $0) } },
            report: { if !printsJSON { text.show($0) } })
        if printsJSON {
            try Console.result(json: DiagnosisJSON(target, report))
        } else {
            text.end(report, next: target.next, check: target.subject.platformCheck)
        }
        try file?.write(target, report, examination.certificates)
        if let cause = report.cause { throw Ending(exitCode: ExitCode(cause.kind.effect)) }
    }
}

extension ExitCode {
    /// The exit code of what a finding means.
    init(_ effect: FindingKind.Effect) {
        self =
            switch effect {
            case .dataError: .dataError
            case .noInput: .noInput
            case .unavailable: .unavailable
            case .temporaryFailure: .temporaryFailure
            case .protocolError: .protocolError
            case .refused: .refused
            }
    }
}
