import CommandLineKit
import Dojot
import HTTP

extension LoginOptions {
    /// Where a session comes from.
    enum Source: Sendable {
        /// A token of an earlier login.
        case token(Secret)
        case login(PlatformLogin)
    }

    /// All that a login at the gateway needs; prompts for what is missing.
    func source(at gateway: Gateway, _ hint: LoginHint) throws -> Source {
        try source(with: credentials(), at: gateway, hint)
    }

    /// All that a login at the gateway needs, with the credentials that `credentials()` returned.
    func source(with credentials: Credentials, at gateway: Gateway, _ hint: LoginHint) throws -> Source {
        switch credentials {
        case .token(let token):
            Self.warnOfPlainText(gateway, of: "token")
            return .token(token)
        case .login(let identity, let clientSecret):
            if case .client = identity { CommandContext.set(isClientLogin: true) }
            // A client in the environment must not break the login at dojot 0.8.
            let likely: PlatformLogin.Method = way.hasTypedClient ? .keycloak : hint.method ?? .auto
            let method = way.method == .auto ? likely : way.method
            if case .client = identity, way.method == .dojot {
                throw UsageError(
                    "--auth dojot needs a user", hint: "give the user with --username, or set DOJOT_USERNAME")
            }
            return .login(
                try PlatformLogin(
                    at: gateway, as: identity, by: method, tenant: way.tenant ?? hint.tenant,
                    clientID: way.clientID ?? hint.clientID, clientSecret: clientSecret))
        }
    }

    /// Logs in, or takes the token that was given; prompts first for what is missing.
    ///
    /// - Parameter timeout: seconds for the login with all its repetitions.
    func openSession(
        at gateway: Gateway, _ hint: LoginHint, over http: HTTPClient, timeout: Double
    ) throws -> Session {
        try openSession(from: source(at: gateway, hint), over: http, timeout: timeout)
    }

    /// Logs in, or takes the token.
    ///
    /// - Parameter former: a session of the same login, to be renewed.
    func openSession(
        from source: Source, renewing former: Session? = nil, over http: HTTPClient, timeout: Double
    ) throws -> Session {
        switch source {
        case .token(let token): return try check(Session(token: token))
        case .login(let login):
            Self.warnOfPlainText(login.gateway)
            let deadline = Deadline(seconds: timeout)
            if let former {
                return try login.renew(former, over: http, deadline: deadline, onRetry: Console.noteRetry)
            }
            return try check(login.logIn(over: http, deadline: deadline, onRetry: Console.noteRetry))
        }
    }

    /// Checks that the session is of the tenant that the user named: up to dojot 0.8, and with a token, the login decides the tenant.
    private func check(_ session: Session) throws(Failure) -> Session {
        guard let tenant = way.tenant, tenant != session.claims.service else { return session }
        throw Failure(
            .dataError,
            "the login is for the tenant \(session.claims.service.printable), not for \(tenant.printable), which "
                + "\(way.tenantSource) names",
            hint: "log in as a user of \(tenant.printable), with --username")
    }

    /// Logs in, whatever token there is.
    func openNewSession(at gateway: Gateway, over http: HTTPClient, timeout: Double) throws -> Session {
        let source = try source(with: newCredentials(), at: gateway, LoginHint())
        return try openSession(from: source, over: http, timeout: timeout)
    }

    /// Warns that others can read the password or token on its way, where they can.
    static func warnOfPlainText(_ gateway: Gateway, of secret: String = "password") {
        guard gateway.isPlainHTTP && !gateway.isLoopback else { return }
        Console.warning("the \(secret) goes to \(gateway) in the clear", hint: "use https:// where the gateway has it")
    }
}
