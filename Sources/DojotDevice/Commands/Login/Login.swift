import CommandLineKit
import Dojot
import HTTP
import PKI

/// `login`: a token for `DOJOT_TOKEN`, so that one password does for several commands.
struct Login: Command {
    static let configuration = CommandConfiguration(
        name: "login",
        abstract: "Get a token for DOJOT_TOKEN: one password for several commands.",
        discussion: """
            Prints the token, and nothing else, on standard output. Whoever has it is you until it expires, in a few \
            minutes: do not put it where others can read it.

            The login of the platform is detected: POST /auth up to dojot 0.8, Keycloak in 1.0. A default installation of \
            1.0 has one client that lets a user log in with a password, dev-test-cli, which an administrator must enable \
            first. A machine without a user logs in as a confidential client with a service account.
            """,
        examples: [
            Example("export DOJOT_TOKEN=$(dojot-device login http://localhost:8000)", "asks for user and password"),
            Example(
                "dojot-device login https://dojot.example --tenant acme --username ann", "dojot 1.0, another tenant"),
            Example(
                "dojot-device login --client-id meter-reader --client-secret-file secret", "dojot 1.0, without a user"),
            Example("dojot-device login --json | jq -r .expiresAt", "at $DOJOT_GATEWAY; when the token expires"),
        ],
        exitCodes: [
            ExitCodeDescription(0, "there is the token"),
            ExitCodeDescription(64, "the command line is wrong, or there is nobody to ask for a password"),
            ExitCodeDescription(65, "the platform has no such tenant"),
            ExitCodeDescription(66, "an input file is missing"),
            ExitCodeDescription(69, "the gateway cannot be reached"),
            ExitCodeDescription(75, "it may work later: time limit, 429, 502, 503, 504"),
            ExitCodeDescription(76, "what answers is no gateway of dojot's"),
            ExitCodeDescription(77, "unknown user, wrong password, or a client that is refused"),
        ],
        environment: [
            EnvironmentVariable("DOJOT_PASSWORD", "the password, where no option gives it"),
            EnvironmentVariable("DOJOT_GATEWAY", "the gateway, where no argument gives it"),
        ])

    @Argument(help: "The platform's gateway, such as http://localhost:8000.", valueName: "gateway")
    var gateway: String?

    @Flag(.long("json"), help: "Print the token with whose it is and when it expires, as one JSON object.")
    var printsJSON: Bool

    @OptionGroup(title: "Login")
    var login: LoginOptions

    @OptionGroup(title: "Gateway")
    var https: HTTPSOptions

    @Option(.long("timeout"), help: "How long the login may take, with all repetitions.", valueName: "seconds")
    var timeout: Double = 60

    func validate() throws(UsageError) {
        if login.tokenFile != nil { throw UsageError("--token-file is a token already: a login needs a password") }
        guard timeout > 0, timeout <= 86_400 else {
            throw UsageError("--timeout must be from above 0 to 86400 seconds")
        }
    }

    func run() throws {
        guard let text = gateway ?? Environment["DOJOT_GATEWAY"] else {
            throw UsageError("no gateway", hint: "name it, such as http://localhost:8000, or set DOJOT_GATEWAY")
        }
        let gateway = try Gateway(text)
        let session = try login.openNewSession(at: gateway, over: HTTPClient(trust: https.trust()), timeout: timeout)
        if printsJSON { return try Console.result(json: Report(gateway, session)) }
        let claims = session.claims
        let name = claims.username.map { " as \($0)" } ?? ""
        let life = session.expiry.map { "; the token holds for \(Int($0.remaining.rounded())) s" } ?? ""
        Console.note("logged in\(name), tenant \(claims.service)\(life)")
        Console.result(session.token.secret.text)
    }

    private struct Report: Encodable {
        let gateway, tenant, token: String
        let username, issuedAt, expiresAt: String?

        init(_ gateway: Gateway, _ session: Session) {
            self.gateway = "\(gateway)"
            tenant = session.claims.service
            token = session.token.secret.text
            username = session.claims.username
            issuedAt = session.claims.issuedAt.map { "\(Timestamp(unixSeconds: $0))" }
            expiresAt = session.claims.expiresAt.map { "\(Timestamp(unixSeconds: $0))" }
        }
    }
}
