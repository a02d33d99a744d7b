import Dojot
import Fleet
import HTTP

/// The login for a run that may outlive a token: asked for once, renewed whenever it is about to expire.
struct FleetAccess {
    /// The first login, and the one that all share.
    struct Login {
        let first: Session
        let shared: SharedLogin
    }

    private let trust: HTTPTrust
    private let gateway: Gateway
    private let source: LoginOptions.Source
    private let timeout: Double

    /// Takes user and password, or a token, and prompts for what is missing.
    ///
    /// - Parameters:
    ///   - hint: what a profile contains of the login.
    ///   - timeout: seconds for each login with all its repetitions.
    init(
        _ login: LoginOptions, at gateway: Gateway, _ hint: LoginHint = LoginHint(), trust: HTTPTrust, timeout: Double
    ) throws {
        self.gateway = gateway
        self.trust = trust
        self.timeout = timeout
        source = try login.source(at: gateway, hint)
        if case .login = source { LoginOptions.warnOfPlainText(gateway) }
    }

    /// Logs in.
    func open(over http: HTTPClient) throws -> Login {
        switch source {
        case .token(let token):
            let session = try Session(token: token)
            return Login(first: session, shared: SharedLogin(session, at: gateway, renewal: nil))
        case .login(let login):
            let session = try login.logIn(
                over: http, deadline: Deadline(seconds: timeout), onRetry: Console.noteRetry)
            let (trust, timeout) = (trust, timeout)
            // On whichever thread needs it: with a client of its own, and nothing printed.
            let shared = SharedLogin(session, at: gateway) { session, isInterrupted in
                try login.renew(
                    session, over: HTTPClient(trust: trust, isInterrupted: isInterrupted),
                    deadline: Deadline(seconds: timeout))
            }
            return Login(first: session, shared: shared)
        }
    }
}
