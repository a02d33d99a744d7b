import CommandLineKit
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

    /// Whether who logs in is said: a command that may do without a login asks nobody for one.
    var isGiven: Bool {
        readsPasswordFromInput || [username, passwordFile, tokenFile].contains { $0 != nil }
            || Environment.has("DOJOT_TOKEN")
    }

    /// What a login needs, all questions answered, before anything is sent.
    enum Credentials: Sendable {
        case token(Secret)
        case password(username: String, password: Secret)
    }

    /// Takes user and password, or a token, from where the options say, then from the environment, then from the terminal.
    ///
    /// What it takes is there no more: input is read, and a secret is taken out of the environment.
    func credentials() throws(Failure) -> Credentials {
        defer { Environment.forgetSecrets() }
        if let tokenFile { return .token(try SecretFile.firstLine(of: tokenFile, holding: "token")) }
        let hasPasswordOption = readsPasswordFromInput || passwordFile != nil
        if !hasPasswordOption, let token = Environment.take("DOJOT_TOKEN") { return .token(token) }
        let (username, password) = try userAndPassword()
        return .password(username: username, password: password)
    }

    /// Takes user and password, and no token.
    func userAndPassword() throws(Failure) -> (username: String, password: Secret) {
        defer { Environment.forgetSecrets() }
        guard let username = username ?? Prompt.line("username: "), !username.isEmpty else {
            throw Failure(
                .usage, "no user name, and no terminal to ask for one",
                hint: "give --username NAME, or set DOJOT_USERNAME")
        }
        return (username, try password(of: username))
    }

    private func password(of username: String) throws(Failure) -> Secret {
        if let passwordFile { return try SecretFile.firstLine(of: passwordFile, holding: "password") }
        if readsPasswordFromInput { return try SecretFile.firstLine(of: nil, holding: "password") }
        if let password = Environment.take("DOJOT_PASSWORD") { return password }
        guard let password = Prompt.password("password for \(username): "), password.count > 0 else {
            throw Failure(
                .usage, "no password, and no terminal to ask for one",
                hint: "give --password-stdin or --password-file FILE, or set DOJOT_PASSWORD")
        }
        return password
    }
}
