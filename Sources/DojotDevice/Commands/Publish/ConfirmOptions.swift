import CommandLineKit
import Dojot
import Enrollment
import Fleet
import HTTP

/// Whether, and where, what was published is read back.
struct ConfirmOptions: ParsableArguments {
    @Flag(.long("confirm"), help: "Read the message back from the platform's history, and say what was stored.")
    var isWanted: Bool

    @Option(.long("confirm-within"), help: "How long the platform may take to store it.", valueName: "seconds")
    var seconds: Double = 10

    @Option(
        .long("gateway"), help: "The platform's gateway; without it that of the device's profile.", valueName: "url",
        environment: "DOJOT_GATEWAY")
    var gateway: String?

    @Option(
        .long("token-file"), help: "Read a token of an earlier login from this file, and do not log in.",
        valueName: "file")
    var tokenFile: String?

    @OptionGroup()
    var way: LoginMethodOptions

    @OptionGroup()
    var https: HTTPSOptions

    /// The environment's part, for the help.
    static let environment =
        [
            EnvironmentVariable("DOJOT_USERNAME", "with --confirm: the dojot user; asked for where it is missing")
        ] + LoginOptions.environment

    func validate() throws(UsageError) {
        guard seconds > 0, seconds <= 300 else {
            throw UsageError("--confirm-within must be from above 0 to 300 seconds")
        }
    }

    /// Refuses what cannot be read back.
    func check(device: String?, _ source: MessageSource, _ message: MessageOptions) throws(UsageError) {
        guard isWanted else { return }
        if device == nil { throw UsageError("--confirm needs a device", hint: "name the device before its attributes") }
        switch source {
        case .lines: throw UsageError("--confirm does not go with --stdin-line")
        case .nothing: throw UsageError("--confirm does not go with --null-message: there is nothing to read back")
        case .attributes, .text, .file, .input: break
        }
        if message.isRaw { throw UsageError("--confirm does not go with --raw: the platform stores JSON objects") }
        if message.repeats > 1 { throw UsageError("--confirm does not go with --repeat") }
    }

    /// Logs in, and returns the devices of the tenant.
    func openDevices(for device: DeviceName, _ store: StoreOptions) throws -> TenantDevices {
        let gateway = try PlatformOptions.gateway(
            gateway, isTyped: $gateway.source == .commandLine, for: device, store)
        let trust = https.trust()
        let profile = try? store.store(for: device).load(device).profile
        // What publish calls --username and --pw are the broker's, so the login's come from elsewhere.
        let login = LoginOptions()
        login.tokenFile = tokenFile
        login.username = Environment["DOJOT_USERNAME"]
        login.way = way
        let access: FleetAccess
        do {
            access = try FleetAccess(login, at: gateway, LoginHint(device, profile), trust: trust, timeout: seconds)
        } catch let failure as Failure where failure.exitCode == .usage {
            throw Failure(
                .usage, "cannot confirm what is stored: \(failure.message)",
                hint: "set DOJOT_USERNAME and DOJOT_PASSWORD, or DOJOT_TOKEN, or give --token-file")
        }
        return TenantDevices(
            as: try access.open(over: HTTPClient(trust: trust)).shared, trust: trust, timeout: seconds,
            isInterrupted: { false }, onRetry: Console.noteRetry)
    }
}
