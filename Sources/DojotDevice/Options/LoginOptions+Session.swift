import Dojot
import HTTP

extension LoginOptions {
    /// Logs in, or takes the token that was given; the password is asked for first, if at all.
    ///
    /// - Parameter timeout: seconds for the login with all its repetitions.
    func openSession(at gateway: Gateway, over http: HTTPClient, timeout: Double) throws -> Session {
        try openSession(with: credentials(), at: gateway, over: http, timeout: timeout)
    }

    /// Logs in, or takes the token, with what was asked for before.
    func openSession(
        with credentials: Credentials, at gateway: Gateway, over http: HTTPClient, timeout: Double
    ) throws -> Session {
        switch credentials {
        case .token(let token):
            return try Session(token: token)
        case .password(let username, let password):
            return try logIn(username, password, at: gateway, over: http, timeout: timeout)
        }
    }

    /// Logs in with a password, whatever token there is.
    func openNewSession(at gateway: Gateway, over http: HTTPClient, timeout: Double) throws -> Session {
        let (username, password) = try userAndPassword()
        return try logIn(username, password, at: gateway, over: http, timeout: timeout)
    }

    private func logIn(
        _ username: String, _ password: Secret, at gateway: Gateway, over http: HTTPClient, timeout: Double
    ) throws -> Session {
        Self.warnOfPlainText(gateway)
        return try Session.logIn(
            gateway: gateway, username: username, password: password, http: http,
            deadline: Deadline(seconds: timeout), onRetry: Console.noteRetry)
    }

    /// Says that others can read the password on its way, where they can.
    static func warnOfPlainText(_ gateway: Gateway) {
        guard gateway.isPlainHTTP && !gateway.isLoopback else { return }
        Console.warning("the password goes to \(gateway) in the clear", hint: "use https:// where the gateway has it")
    }
}
