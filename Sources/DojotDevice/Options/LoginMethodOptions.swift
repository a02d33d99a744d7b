public import CommandLineKit
public import Dojot

/// Which login the platform has, and what Keycloak (dojot 1.0) needs besides user and password.
struct LoginMethodOptions: ParsableArguments {
    @Option(
        .long("tenant"),
        help: "The tenant; without it the device's or the user's, and for a login at Keycloak admin.",
        valueName: "name",
        environment: "DOJOT_TENANT")
    var tenant: String?

    @Option(
        .long("client-id"), help: "Log in at Keycloak by this client; without it dev-test-cli.", valueName: "id",
        environment: "DOJOT_CLIENT_ID")
    var clientID: String?

    @Option(
        .long("client-secret-file"),
        help: "Read the client's secret from the first line of this file; without a user the client itself logs in.",
        valueName: "file", environment: "DOJOT_CLIENT_SECRET_FILE")
    var clientSecretFile: String?

    @Option(
        .long("auth"), help: "The platform's login: dojot (up to 0.8), keycloak (1.0), or detected.",
        valueName: "login")
    var method: PlatformLogin.Method = .auto

    /// Whether the command line names a client, which only Keycloak has.
    var hasTypedClient: Bool { $clientID.source == .commandLine || $clientSecretFile.source == .commandLine }

    /// Where the tenant comes from.
    var tenantSource: String { $tenant.source == .commandLine ? "--tenant" : "DOJOT_TENANT" }

    func validate() throws(UsageError) {
        if clientID == "" { throw UsageError("--client-id must not be empty") }
        guard method == .dojot else { return }
        let typed = [
            ("--client-id", $clientID.source == .commandLine),
            ("--client-secret-file", $clientSecretFile.source == .commandLine),
        ]
        if let option = typed.first(where: \.1)?.0 {
            throw UsageError("\(option) and --auth dojot exclude each other: only Keycloak has clients")
        }
    }
}

extension PlatformLogin.Method: ExpressibleByArgument {}
