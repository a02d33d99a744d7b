import CommandLineKit
import Dojot
import Enrollment

/// `renew`: new certificates before the old ones expire.
struct Renew: Command {
    static let configuration = CommandConfiguration(
        name: "renew",
        abstract: "Get devices new certificates before the old ones expire.",
        discussion: """
            What is due gets a new key and a certificate with the same names. The old identity stays in place until the \
            new one is signed, checked and, with --verify-broker, let in by the broker; then it changes in one step, and \
            the old one is kept for --rollback. A run that was cut off is completed by the next one, due or not. The CA's \
            revocation list is fetched anew.

            Commands that are connected (subscribe, publish -l, simulate) take a renewed identity up by themselves; other \
            programs are told by --deploy-hook, which gets DOJOT_DEVICE, DOJOT_CERT, DOJOT_KEY and DOJOT_CA.
            """,
        usage: "[<options>] <device-id> ... | --all",
        examples: [
            Example("dojot-device renew f60c28", "renews it if less than a third of its life is left"),
            Example(
                "dojot-device renew --all --expires-within 30d -u admin --password-file secret",
                "for cron: asks nothing"),
            Example(
                "dojot-device renew --all --watch -u admin --password-file secret --deploy-hook 'systemctl restart bridge'",
                "stays, and renews each in time"),
            Example("dojot-device renew f60c28 --force --verify-broker --revoke-old", "now; the old one ends"),
            Example("dojot-device renew f60c28 --rollback", "brings the identity before back"),
        ],
        exitCodes: [
            ExitCodeDescription(0, "renewed, or nothing was due"),
            ExitCodeDescription(1, "several devices failed, each for another reason"),
            ExitCodeDescription(3, "renewed, but the hook failed; or the identity to go back to is revoked"),
            ExitCodeDescription(64, "the command line is wrong"),
            ExitCodeDescription(65, "unknown CA or device, request refused, files that do not belong together"),
            ExitCodeDescription(66, "there is no such identity, or an input file is missing"),
            ExitCodeDescription(69, "the gateway, or with --verify-broker the broker, cannot be reached"),
            ExitCodeDescription(73, "a file cannot be made"),
            ExitCodeDescription(74, "a file cannot be written"),
            ExitCodeDescription(75, "it may work later: time limit, 429, 502, 503, 504, another run at work"),
            ExitCodeDescription(76, "what the platform sent is not what was asked for"),
            ExitCodeDescription(
                77, "login, permission or the new certificate refused, or others may write to the folder"),
        ],
        environment: LoginOptions.environment)

    @Argument(help: "The devices, as they were retrieved.", valueName: "device-id")
    var devices: [String]

    @Flag(.long("all"), help: "All devices with an identity in the folder; goes on past one that fails.")
    var isForAll: Bool

    @OptionGroup(title: "When")
    var timing: RenewalTimingOptions

    @OptionGroup(title: "How")
    var manner: RenewalMannerOptions

    @Flag(.long("rollback"), help: "Bring the identity before the present one back, unless it was revoked.")
    var isRollback: Bool

    @Flag(.long("json"), help: "Print the result as one JSON object.")
    var printsJSON: Bool

    @OptionGroup()
    var store: StoreOptions

    @OptionGroup(title: "Login")
    var login: LoginOptions

    @Option(
        .long("gateway"),
        help: "The gateway to log in at; identities of others are refused. Without it the one that all devices share.",
        valueName: "url")
    var gateway: String?

    @OptionGroup(title: "Gateway")
    var https: HTTPSOptions

    @Option(.long("timeout"), help: "How long each request may take, with all repetitions.", valueName: "seconds")
    var timeout: Double = 60

    func validate() throws(UsageError) {
        if isForAll && !devices.isEmpty { throw UsageError("--all and the name of a device exclude each other") }
        if !isForAll && devices.isEmpty {
            throw UsageError("no device", hint: "name the devices, or say --all")
        }
        guard timeout > 0, timeout <= 86_400 else {
            throw UsageError("--timeout must be from above 0 to 86400 seconds")
        }
        guard isRollback else { return }
        if isForAll { throw UsageError("--rollback is for devices that are named, not for --all") }
        let others = [
            ("--watch", timing.isWatching), ("--force", timing.isForced), ("--reuse-key", manner.reusesKey),
            ("--revoke-old", manner.revokesOld), ("--verify-broker", manner.verifiesBroker),
        ]
        let other = others.first { $0.1 }?.0
        if let other { throw UsageError("--rollback and \(other) exclude each other") }
    }

    func run() throws {
        let names = try devices.map { word throws(DojotError) in try DeviceName(word) }
        let logins = PlatformLogins(login, https, timeout: timeout, at: try onlyGateway())
        if isRollback {
            let rollback = Rollback(self, logins)
            return try RenewalRound(names, printsJSON: printsJSON).run { name in try rollback.run(name) }
        }
        let renewal = DeviceRenewal(self, logins)
        if timing.isWatching { return try RenewalWatch(self, renewal, logins).run(names) }
        try RenewalRound(try names + allNames(), printsJSON: printsJSON).run { name in try renewal.run(name) }
    }

    /// The gateway to log in at: that of `--gateway`, else with --all the one that all devices share; nil for that of the first device.
    ///
    /// A folder from someone else may name any gateway in its profiles: the password is sent to one that the user can see, not to all.
    private func onlyGateway() throws -> Gateway? {
        if let gateway { return try Gateway(gateway) }
        var gateways: [Gateway] = []
        for name in store.store(for: nil).deviceNames where isForAll {
            // A device whose identity cannot be read fails in its turn.
            guard let profile = try? store.store(for: name).load(name).profile else { continue }
            let gateway = try Gateway(profile.gateway)
            if !gateways.contains(where: gateway.isSame) { gateways.append(gateway) }
        }
        guard gateways.count > 1 else { return gateways.first }
        let sorted = gateways.map { "\($0)" }.sorted()
        throw Failure(
            .usage,
            "these identities are of several gateways, which would all get the login: \(sorted.joined(separator: ", "))",
            hint: CommandContext.current.command(["renew", "--all"], ["--gateway", sorted[0]]))
    }

    /// With --all, the devices that are in the folder now.
    func allNames() throws -> [DeviceName] {
        guard isForAll else { return [] }
        let folder = store.store(for: nil)
        try folder.checkAccess()
        let names = folder.identityNames().compactMap { try? DeviceName($0) }
        guard !names.isEmpty || timing.isWatching else {
            throw Failure(
                .noInput, "there is no identity in \(folder.directory)",
                hint: "retrieve an identity first with retrieve-cert, or give the folder with --certs-dir"
            )
        }
        return names
    }
}
