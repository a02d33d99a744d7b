import CommandLineKit
import Dojot
import Glibc
import HTTP

/// Who logs in at the gateway; no secret is ever taken from the command line, where others can see it.
struct LoginOptions: ParsableArguments {
    @Option(
        .long("username"), .short("u"), help: "The dojot user; asked for on the terminal where it is missing.",
        valueName: "name", environment: "DOJOT_USERNAME")
    var username: String?

    @Flag(.long("password-stdin"), help: "Read the password from the first line of standard input.")
    var readsPasswordFromInput: Bool

    @Option(.long("password-file"), help: "Read the password from the first line of this file.", valueName: "file")
    var passwordFile: String?

    @Option(
        .long("token-file"), help: "Read a token (JWT) of an earlier login from this file, and do not log in.",
        valueName: "file")
    var tokenFile: String?

    @OptionGroup()
    var way: LoginMethodOptions

    /// The environment's part, for the help.
    static let environment = [
        EnvironmentVariable("DOJOT_PASSWORD", "the password, where no option gives it"),
        EnvironmentVariable("DOJOT_TOKEN", "a token of an earlier login"),
    ]

    func validate() throws {
        let sources = [readsPasswordFromInput, passwordFile != nil, tokenFile != nil].filter { $0 }
        if sources.count > 1 {
            throw UsageError("only one of --password-stdin, --password-file and --token-file can be used")
        }
    }

    /// Whether anything says who logs in: a command that needs no login prompts for none.
    var isGiven: Bool {
        readsPasswordFromInput || [username, passwordFile, tokenFile, way.clientSecretFile].contains { $0 != nil }
            || Environment.has("DOJOT_TOKEN")
    }

    /// What a login needs besides its place, with nothing left to be prompted for.
    enum Credentials: Sendable {
        case token(Secret)
        case login(PlatformLogin.Identity, clientSecret: Secret?)
    }

    /// Takes user and password, a client's secret, or a token: from the options, else the environment, else the terminal.
    ///
    /// Each can be taken once: input is read, and a secret is removed from the environment.
    func credentials() throws(Failure) -> Credentials {
        defer { Environment.forgetSecrets() }
        if let tokenFile { return .token(try SecretFile.firstLine(of: tokenFile, holding: "token")) }
        let hasSecretOption =
            readsPasswordFromInput || passwordFile != nil || way.$clientSecretFile.source == .commandLine
        if !hasSecretOption, let token = Environment.take("DOJOT_TOKEN") { return .token(token) }
        return try newCredentials()
    }

    /// Takes user and password, or a client's secret, and no token.
    func newCredentials() throws(Failure) -> Credentials {
        defer { Environment.forgetSecrets() }
        let hasUser = username != nil || readsPasswordFromInput || passwordFile != nil
        guard let file = way.clientSecretFile else { return .login(try user(), clientSecret: nil) }
        let secret = try SecretFile.firstLine(of: file, holding: "client secret")
        return .login(hasUser ? try user() : .client, clientSecret: secret)
    }

    private func user() throws(Failure) -> PlatformLogin.Identity {
        guard let username = username ?? Prompt.line("username: "), !username.isEmpty else {
            throw Failure(
                .usage, "no user name, and no terminal to ask for one",
                hint: "give the user with --username, or set DOJOT_USERNAME")
        }
        return .user(name: username, password: try password(of: username))
    }

    private func password(of username: String) throws(Failure) -> Secret {
        if let passwordFile { return try SecretFile.firstLine(of: passwordFile, holding: "password") }
        if readsPasswordFromInput { return try SecretFile.firstLine(of: nil, holding: "password") }
        if let password = Environment.take("DOJOT_PASSWORD") { return password }
        guard let password = Prompt.password("password for \(username): "), password.count > 0 else {
            throw Failure(
                .usage, "no password, and no terminal to ask for one",
                hint: "give --password-stdin or --password-file, or set DOJOT_PASSWORD")
        }
        return password
    }
}
