import CommandLineKit
import Dojot
import Enrollment
import HTTP

/// The logins of a run over several devices at one gateway: one a tenant, made anew before it expires.
///
/// The password is asked for once, when it is first needed; a file that holds it is read each time.
final class PlatformLogins {
    /// A gateway, and who speaks to it.
    struct Login {
        let gateway: Gateway
        let http: HTTPClient
        let session: Session
    }

    /// A login that is about to expire would do so in the middle of a signature.
    private static let leastSeconds = 20.0

    private let options: LoginOptions
    private let https: HTTPSOptions
    private let timeout: Double
    private var credentials: LoginOptions.Credentials?
    private var trust: HTTPTrust?
    private var logins: [String: Login] = [:]
    private var failures: [String: any Error] = [:]
    /// The only gateway that gets the login.
    private var permitted: Gateway?

    /// - Parameters:
    ///   - timeout: seconds for a login with all its repetitions.
    ///   - gateway: the only gateway to log in at; nil for that of the first device.
    init(_ options: LoginOptions, _ https: HTTPSOptions, timeout: Double, at gateway: Gateway?) {
        (self.options, self.https, self.timeout, permitted) = (options, https, timeout, gateway)
    }

    /// Logs out: the next login is a new one, also where one failed before. The tokens are wiped.
    func forget() {
        logins = [:]
        failures = [:]
    }

    /// Whether a login can be made again once it has expired.
    func canRepeat() throws -> Bool {
        if case .login = try answers() { return true }
        return options.tokenFile != nil
    }

    /// The login at a gateway, which holds for some seconds more.
    ///
    /// One that failed is not tried again for the next device: a password that is wrong would lock the user out, a gateway that is
    /// away would be waited for each time.
    private func login(at gateway: Gateway, _ profile: Profile) throws -> Login {
        let place = Self.place(gateway, profile)
        if let failure = failures[place] { throw failure }
        let known = logins[place]
        if let known, known.session.expiry.map({ $0.remaining > Self.leastSeconds }) ?? true { return known }
        if let known, !known.session.isExpired, try !canRepeat() { return known }
        do {
            let http = known?.http ?? HTTPClient(trust: trusted())
            let source = try options.source(with: answers(), at: gateway, LoginHint(profile))
            let session = try options.openSession(
                from: source, renewing: known?.session, over: http, timeout: timeout)
            let login = Login(gateway: gateway, http: http, session: session)
            logins[place] = login
            return login
        } catch {
            failures[place] = error
            throw error
        }
    }

    /// What one login is for: with Keycloak a tenant at a gateway, else a gateway.
    private static func place(_ gateway: Gateway, _ profile: Profile) -> String {
        profile.login?.method == .keycloak ? "\(gateway) \(profile.tenant)" : "\(gateway)"
    }

    /// Runs `body` with a login, and once more with another where the platform no longer takes the first.
    ///
    /// - Parameter profile: names the gateway, and what is known of the login there.
    func withLogin<Value>(for profile: Profile, _ body: (Login) throws -> Value) throws -> Value {
        let gateway = try Gateway(profile.gateway)
        guard permitted.map({ $0.isSame(as: gateway) }) ?? true else {
            throw Failure(
                .refused,
                "the identity of \(profile.device) is of \(gateway), which does not get the login: this run is for \(permitted.map { "\($0)" } ?? "")",
                hint: CommandContext.current.command(["renew", profile.device], ["--gateway", "\(gateway)"]))
        }
        permitted = gateway
        let place = Self.place(gateway, profile)
        let isKnown = logins[place] != nil
        do {
            return try body(login(at: gateway, profile))
        } catch  where isKnown && Self.isRefusedToken(error) {
            guard try canRepeat() else { throw error }
            logins[place] = nil
            return try body(login(at: gateway, profile))
        }
    }

    private func answers() throws -> LoginOptions.Credentials {
        let isFromFile = [options.passwordFile, options.tokenFile, options.way.clientSecretFile].contains { $0 != nil }
        if let credentials, !isFromFile || options.readsPasswordFromInput { return credentials }
        let credentials = try options.credentials()
        self.credentials = credentials
        return credentials
    }

    /// Asked once, so that the warning about a check that is left out comes once.
    private func trusted() -> HTTPTrust {
        let trust = trust ?? https.trust()
        self.trust = trust
        return trust
    }

    private static func isRefusedToken(_ error: any Error) -> Bool {
        guard let error = error as? DojotError ?? (error as? EnrollmentError)?.platform else { return false }
        return error.code == .unauthorized && !error.isLogin
    }
}
