import CommandLineKit
import Dojot
import Enrollment
import PKI

/// `status`: the devices of a folder, the most pressing first.
struct Status: Command {
    static let configuration = CommandConfiguration(
        name: "status",
        abstract: "Show which devices have an identity here, how long it lasts, and what is missing.",
        discussion: """
            One row a device, the most pressing first. Each identity is checked as it lies there: are key, certificate \
            and CA certificate present, do they belong together, and is the certificate on the revocation list, where one \
            is in the folder? Nothing is asked of the platform, and nothing is changed.

            The state is "renew" in the last third of a certificate's life, when renew renews it, or within the time of \
            --expires-within. A run that was cut off is "pending".
            """,
        examples: [
            Example("dojot-device status", "all devices in ./certs"),
            Example("dojot-device status f60c28 a1b2c3", "these two"),
            Example(
                "dojot-device status --expires-within 30d >/dev/null",
                "for cron: ends with 3, and a line on standard error, where one does"),
            Example("dojot-device status --json | jq -r '.[] | select(.state != \"ok\").device'", "what needs a look"),
        ],
        exitCodes: [
            ExitCodeDescription(0, "shown"),
            ExitCodeDescription(3, "with --expires-within: a certificate does, did already, or cannot be read"),
            ExitCodeDescription(64, "the command line is wrong"),
            ExitCodeDescription(66, "there is no folder, or no such device in it"),
        ],
        environment: [EnvironmentVariable("NO_COLOR", "if set, nothing is coloured")])

    @Argument(help: "The devices; without any, all.", valueName: "device-id")
    var devices: [String]

    @Flag(.long("json"), help: "Print one JSON array.")
    var printsJSON: Bool

    @Option(.long("expires-within"), help: "End with 3 where a certificate has no more time left than this.")
    var margin: LifeMargin?

    @OptionGroup()
    var store: StoreOptions

    func run() throws {
        let names = try devices.map { try DeviceName($0) }
        let store = store.store(for: names.first)
        let now = Timestamp.now
        let rows = try identities(named: names, in: store)
            .map { StatusRow($0, at: now, margin: margin?.seconds) }.sorted(by: StatusRow.precedes)
        if printsJSON {
            try Console.result(json: rows.map { StatusJSON($0, at: now) })
        } else if rows.isEmpty {
            Console.note("there are no identities in \(store.directory)")
        } else {
            show(rows)
        }
        try check(rows)
    }

    private func identities(
        named names: [DeviceName], in store: CredentialStore
    ) throws -> [StoredIdentity] {
        do {
            return try store.identities(named: names)
        } catch  where error.code == .fileMissing {
            throw Failure(
                .noInput, error.message,
                hint: "retrieve an identity first with retrieve-cert, or give the folder with --certs-dir"
            )
        }
    }

    private func show(_ rows: [StatusRow]) {
        var table = TextTable("DEVICE", "TENANT", "GATEWAY", "PLATFORM", "CA", "KEY", "EXPIRES", "STATE")
        for row in rows {
            let identity = row.identity
            let gateway = identity.gateway ?? ""
            let address = gateway.firstRange(of: "://").map { String(gateway[$0.upperBound...]) } ?? gateway
            let key = identity.keyAlgorithm.map { "\($0)".lowercased().filter { $0 != " " && $0 != "-" } }
            let cells = [
                identity.device?.device ?? identity.name, identity.device?.tenant ?? "", address,
                identity.profile?.platform.rawValue ?? "", identity.authorityName ?? "", key ?? "", row.expiry,
                row.problems.isEmpty ? "ok" : row.problems.map(\.message).joined(separator: "; "),
            ]
            var colours = [cells.count - 1: row.state.colour]
            colours[cells.count - 2] = row.expiryColour
            table.add(cells, colours: colours)
        }
        Console.result(table)
    }

    /// Ends with 3 where `--expires-within` was asked and says so.
    private func check(_ rows: [StatusRow]) throws(Failure) {
        let late = rows.filter(\.failsMargin)
        guard let margin, let first = late.first else { return }
        let name = first.identity.name
        throw Failure(
            .checkFailed,
            late.count == 1
                ? "the certificate of \(name) does not last \(margin)"
                : "the certificates of \(late.count) devices do not last \(margin): "
                    + late.prefix(5).map(\.identity.name).joined(separator: ", ") + (late.count > 5 ? ", …" : ""),
            hint: CommandContext.current.command(
                ["renew"], [late.count == 1 ? name : "--all", "--expires-within", margin.typed]))
    }
}

extension StatusRow.State {
    fileprivate var colour: Colour {
        switch self {
        case .broken: .bad
        case .pending, .renew, .attention: .warning
        case .ok: .good
        }
    }
}
