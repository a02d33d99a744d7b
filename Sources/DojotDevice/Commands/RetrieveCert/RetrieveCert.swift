import CommandLineKit
import Dojot
import Enrollment
import HTTP
import PKI

/// `retrieve-cert`: the Certificate Retriever's story, in its order.
struct RetrieveCert: Command {
    static let configuration = CommandConfiguration(
        name: "retrieve-cert",
        abstract: "Get a device its key, its certificate and its CA's certificate.",
        discussion: """
            Logs in at the platform's gateway, fetches the CA's certificate, makes a key and a certificate request, and \
            has it signed. What comes back is checked before a file changes: the folder holds a complete identity, or \
            what was there before. Run again on a complete identity, it checks that, and whether the platform associates \
            the certificate with the device; a run that was cut off is completed by the next one.
            """,
        examples: [
            Example(
                "dojot-device retrieve-cert http://localhost:8000 f60c28 IOTmidCA",
                "asks for user and password, fills ./certs"),
            Example(
                "dojot-device retrieve-cert http://localhost:8000 admin:f60c28 -u admin -w",
                "a new identity in the place of the old one"),
            Example(
                "pass dojot | dojot-device retrieve-cert https://dojot.example f60c28 -u admin --password-stdin",
                "takes the password from a pipe"),
        ],
        exitCodes: [
            ExitCodeDescription(0, "the identity is complete"),
            ExitCodeDescription(64, "the command line is wrong"),
            ExitCodeDescription(65, "unknown CA or device, request refused, files that do not belong together"),
            ExitCodeDescription(66, "an input file is missing"),
            ExitCodeDescription(69, "the gateway cannot be reached"),
            ExitCodeDescription(73, "another platform's files are in the folder, or a file cannot be made"),
            ExitCodeDescription(74, "a file cannot be written"),
            ExitCodeDescription(75, "it may work later: time limit, 429, 502, 503, 504, another run at work"),
            ExitCodeDescription(76, "what the platform sent is not what was asked for"),
            ExitCodeDescription(
                77, "login, permission or end entity password refused, or others may write to the folder"),
        ],
        environment: LoginOptions.environment)

    @Argument(help: "The platform's gateway, such as http://localhost:8000.", valueName: "host")
    var host: String

    @Argument(help: "The device's id; TENANT:ID where the platform names it so.", valueName: "device-id")
    var device: String

    @Argument(help: "The CA that is to sign.", valueName: "ca-name")
    var authorityName: String = "IOTmidCA"

    @Flag(
        .long("overwrite"), .short("w"),
        help: "Make a new identity where there is one; the old one is kept until the new one stands.")
    var overwrite: Bool

    @Option(
        .long("broker"), help: "Where the device's broker is; without it the gateway's host, and 8883.",
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

    @Flag(.long("crl"), help: "Keep the CA's revocation list too, fresh, as CA-NAME.crl.")
    var keepsRevocationList: Bool

    @OptionGroup()
    var store: StoreOptions

    @Flag(.long("json"), help: "Print the result as one JSON object.")
    var printsJSON: Bool

    @OptionGroup(title: "Key and certificate")
    var certificate: CertificateOptions

    @OptionGroup()
    var gateway: GatewayOptions

    func run() throws {
        let target = try RetrievalTarget(self)
        let store = store.store(for: target.name)
        CommandContext.set(gateway: "\(target.gateway)", authorityName: authorityName)
        let folder = try store.checkOut(target.name)
        let progress = RetrievalProgress()

        var state = try target.examine(folder)
        var kept = RetrievalReport.Result.kept
        if case .complete(let certificate, let profile?) = state,
            let changed = try folder.change(profile, by: target.profileChange)
        {
            state = .complete(certificate, profile: changed)
            kept = .brokerChanged
        }
        if case .complete(let certificate, let profile?) = state, !keepsRevocationList {
            return try keep(certificate, profile, target, folder, as: kept)
        }
        HeadStart.give { HTTPClient.prepare() }
        let key = try KeySource(state, certificate, folder)
        let http = HTTPClient(trust: gateway.https.trust())
        let session = try gateway.openSession(at: target.gateway, LoginHint(target.name, nil), over: http)
        progress.loggedIn(session)
        let enrollment = Enrollment(
            platforms: platform.authorities(
                at: target.gateway, session: session, http: http, timeout: gateway.timeout,
                known: state.platform),
            folder: folder, order: try target.order(for: session, key: key, in: folder),
            clockOffset: { http.serverClockOffset }, report: progress.show)
        let (outcome, isNew) = try enrollment.complete(state, key: key.wait)
        if isNew { warnWhereDeviceIsUnknown(target, session, http) }
        if keepsRevocationList { try folder.revocationList(of: outcome.profile.ca).refresh(from: outcome.platform) }
        var result = isNew ? RetrievalReport.Result.retrieved : kept
        if case .withoutAuthority = state { result = .restored }
        try RetrievalReport(
            result, outcome.certificate, outcome.profile, folder,
            showsRevocationList: keepsRevocationList
        ).print(asJSON: printsJSON)
    }

    /// Warns of a certificate for a device that does not exist: an end entity of EJBCA stays when its device is deleted, and 0.5 and 0.6
    /// sign for any id. Where the user may not read devices, or the device manager fails, nothing is printed.
    private func warnWhereDeviceIsUnknown(_ target: RetrievalTarget, _ session: Session, _ http: HTTPClient) {
        let devices = DeviceManager(
            gateway: target.gateway, session: session, http: http, timeout: min(gateway.timeout, 10), retry: .never)
        do throws(DojotError) {
            _ = try devices.device(target.name)
        } catch {
            guard error.code == .unknownDevice else { return }
            Console.warning(
                "the platform has no device \(target.name.device) (deleted?): it was signed for all the same, but what it"
                    + " publishes is not stored",
                hint: CommandContext.current.deviceList)
        }
    }

    /// Reports an identity that is complete, after it was compared with the platform.
    private func keep(
        _ certificate: Certificate, _ profile: Profile, _ target: RetrievalTarget, _ folder: IdentityFolder,
        as kept: RetrievalReport.Result
    ) throws {
        let isNew = try PlatformComparison(certificate, profile, in: folder).run(at: target.gateway, self)
        try RetrievalReport(isNew ? .associated : kept, certificate, profile, folder).print(asJSON: printsJSON)
    }
}
