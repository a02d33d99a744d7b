import CommandLineKit
import Dojot
import HTTP

/// How the platform's gateway is spoken to, and as whom.
struct GatewayOptions: ParsableArguments {
    @OptionGroup(title: "Login")
    var login: LoginOptions

    @OptionGroup(title: "Gateway")
    var https: HTTPSOptions

    @Option(
        .long("timeout"), help: "How long login, CA and signature may take each, with all repetitions.",
        valueName: "seconds")
    var timeout: Double = 60

    func validate() throws {
        guard timeout > 0, timeout <= 86_400 else {
            throw UsageError("--timeout must be from above 0 to 86400 seconds")
        }
    }

    /// The tenant that was named.
    var tenant: String? { login.way.tenant }

    /// Logs in, or takes the token that was given; prompts first for what is missing.
    func openSession(at gateway: Gateway, _ hint: LoginHint, over http: HTTPClient) throws -> Session {
        try login.openSession(at: gateway, hint, over: http, timeout: timeout)
    }
}
