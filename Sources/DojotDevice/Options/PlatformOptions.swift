import CommandLineKit
import Dojot
import Enrollment
import HTTP

/// Which platform a command works on, and as whom.
struct PlatformOptions: ParsableArguments {
    @OptionGroup(title: "Login")
    var login: LoginOptions

    @Option(
        .long("gateway"), help: "The platform's gateway; without it that of the named device's profile.",
        valueName: "url", environment: "DOJOT_GATEWAY")
    var gateway: String?

    @OptionGroup(title: "Gateway")
    var https: HTTPSOptions

    @Option(.long("timeout"), help: "How long each request may take, with all repetitions.", valueName: "seconds")
    var timeout: Double = 60

    @OptionGroup()
    var store: StoreOptions

    func validate() throws(UsageError) {
        guard timeout > 0, timeout <= 86_400 else {
            throw UsageError("--timeout must be from above 0 to 86400 seconds")
        }
    }

    /// Logs in, and gives the devices of the tenant; `device` must be of that tenant.
    func openDevices(for device: DeviceName? = nil) throws -> DeviceManager {
        let gateway = try gateway(for: device)
        let http = HTTPClient(trust: https.trust())
        let hint = LoginHint(device, profile(of: device))
        let session = try login.openSession(at: gateway, hint, over: http, timeout: timeout)
        if let tenant = device?.tenant, tenant != session.claims.service {
            throw Failure(
                .usage, "\(device?.description ?? "") is not of the tenant \(session.claims.service) of this user",
                hint: "log in as a user of \(tenant), with --username")
        }
        return DeviceManager(
            gateway: gateway, session: session, http: http, timeout: timeout, onRetry: Console.noteRetry)
    }

    /// The device's profile, if it is here.
    private func profile(of device: DeviceName?) -> Profile? {
        device.flatMap { try? store.store(for: $0).load($0).profile }
    }

    func gateway(for device: DeviceName?) throws -> Gateway {
        try Self.gateway(gateway, isTyped: $gateway.source == .commandLine, for: device, store)
    }

    /// The gateway as words to append to a command in a hint; empty where the environment names the same one.
    func gatewayWords(for device: DeviceName) -> String {
        guard let used = try? gateway(for: device) else { return "" }
        let isInEnvironment =
            $gateway.source == .environment && gateway.flatMap { try? Gateway($0) }?.description == used.description
        return isInEnvironment ? "" : " --gateway \("\(used)".shellWord)"
    }

    /// The gateway that was given, else that of the device's profile, else that of the environment.
    ///
    /// - Parameter isTyped: whether `gateway` is from the command line, not from the environment.
    static func gateway(
        _ gateway: String?, isTyped: Bool, for device: DeviceName?, _ store: StoreOptions
    ) throws -> Gateway {
        if let gateway, isTyped { return try Gateway(gateway) }
        if let device {
            do {
                return try Gateway(store.store(for: device).load(device).profile.gateway)
            } catch let error as EnrollmentError {
                // A device need not have been retrieved here; only where nothing else says the gateway does it matter.
                if gateway == nil && error.code != .notFound { throw error }
            }
        }
        if let gateway { return try Gateway(gateway) }
        throw UsageError(
            device.map { "no gateway: \($0) has no profile here" } ?? "no gateway",
            hint: "give the URL of dojot's gateway with --gateway, or set DOJOT_GATEWAY")
    }
}
