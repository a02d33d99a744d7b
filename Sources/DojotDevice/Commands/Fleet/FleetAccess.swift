import Dojot
import Fleet
import HTTP

/// Who speaks to the platform for a fleet: asked once, and logged in again whenever a login expires.
struct FleetAccess {
    /// The first login, and the one that all share.
    struct Login {
        let first: Session
        let shared: SharedLogin
    }

    private let trust: HTTPTrust
    private let gateway: Gateway
    private let credentials: LoginOptions.Credentials
    private let timeout: Double

    /// Takes user and password, or a token, asking for them where they are missing.
    ///
    /// - Parameter timeout: seconds for each login with all its repetitions.
    init(_ login: LoginOptions, at gateway: Gateway, trust: HTTPTrust, timeout: Double) throws(Failure) {
        self.gateway = gateway
        self.trust = trust
        self.timeout = timeout
        credentials = try login.credentials()
        if case .password = credentials { LoginOptions.warnOfPlainText(gateway) }
    }

    /// Logs in.
    func open(over http: HTTPClient) throws -> Login {
        switch credentials {
        case .token(let token):
            let session = try Session(token: token)
            return Login(first: session, shared: SharedLogin(session, at: gateway, renewal: nil))
        case .password(let username, let password):
            let session = try Session.logIn(
                gateway: gateway, username: username, password: password, http: http,
                deadline: Deadline(seconds: timeout), onRetry: Console.noteRetry)
            let (gateway, trust, timeout) = (gateway, trust, timeout)
            // On whichever thread finds that it is time: with a client of its own, and nothing printed.
            let shared = SharedLogin(session, at: gateway) { isInterrupted in
                try Session.logIn(
                    gateway: gateway, username: username, password: password,
                    http: HTTPClient(trust: trust, isInterrupted: isInterrupted), deadline: Deadline(seconds: timeout))
            }
            return Login(first: session, shared: shared)
        }
    }
}
