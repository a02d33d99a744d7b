import CommandLineKit
import Diagnosis
import Dojot
import HTTP

/// Which platform is asked about the device, and as whom.
///
/// What mosquitto_pub calls --username and --pw are the broker's, so the login's have other names here.
struct DiagnoseLoginOptions: ParsableArguments {
    @Option(
        .long("gateway"), help: "The platform's gateway; without it that of the device's profile.", valueName: "url",
        environment: "DOJOT_GATEWAY")
    var gateway: String?

    @Flag(.long("login"), help: "Log in, and ask the platform about the device; asks for user and password.")
    var isWanted: Bool

    @Option(.long("login-user"), help: "Log in as this dojot user.", valueName: "name")
    var username: String?

    @Flag(.long("password-stdin"), help: "Log in with the password in the first line of standard input.")
    var readsPasswordFromInput: Bool

    @Option(
        .long("password-file"), help: "Log in with the password in the first line of this file.", valueName: "file")
    var passwordFile: String?

    @Option(
        .long("token-file"), help: "Use the token (JWT) of an earlier login in this file.", valueName: "file")
    var tokenFile: String?

    @OptionGroup()
    var way: LoginMethodOptions

    static let environment = [
        EnvironmentVariable("DOJOT_TOKEN", "a token of an earlier login: the platform is asked without --login then"),
        EnvironmentVariable("DOJOT_USERNAME", "with --login: the dojot user; asked for where it is missing"),
        EnvironmentVariable("DOJOT_PASSWORD", "with --login: the password, where no option gives it"),
    ]

    func validate() throws(UsageError) {
        let sources = [readsPasswordFromInput, passwordFile != nil, tokenFile != nil].filter { $0 }
        if sources.count > 1 {
            throw UsageError("only one of --password-stdin, --password-file and --token-file can be used")
        }
    }

    /// The option for the gateway as it was given, for a hint.
    ///
    /// - Parameter subject: the command's argument, which may be a gateway's URL itself.
    func typedGateway(beside subject: String?) -> [String] {
        if let subject, subject.contains("://") { return ["--gateway", subject] }
        guard let gateway, $gateway.source == .commandLine else { return [] }
        return ["--gateway", gateway]
    }

    /// How to log in, with nothing left to be prompted for; nil if nobody asked for a login and there is no token.
    func prepare(for gateway: Gateway, _ hint: LoginHint) throws -> Subject.Platform.Login? {
        let hasPassword =
            username != nil || readsPasswordFromInput || passwordFile != nil
            || way.$clientSecretFile.source == .commandLine
        guard isWanted || hasPassword || tokenFile != nil || Environment.has("DOJOT_TOKEN") else { return nil }
        let options = LoginOptions()
        options.username = username ?? Environment["DOJOT_USERNAME"]
        options.readsPasswordFromInput = readsPasswordFromInput
        options.passwordFile = passwordFile
        options.tokenFile = tokenFile
        options.way = way
        let credentials =
            try username != nil && tokenFile == nil ? options.newCredentials() : options.credentials()
        switch try options.source(with: credentials, at: gateway, hint) {
        case .token(let token): return { _, _, _ throws(DojotError) in try Session(token: token) }
        case .login(let login):
            LoginOptions.warnOfPlainText(gateway)
            return { _, http, timeout throws(DojotError) in
                try login.logIn(over: http, deadline: Deadline(seconds: timeout), retry: .never)
            }
        }
    }
}
