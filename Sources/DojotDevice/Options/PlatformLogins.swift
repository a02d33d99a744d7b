import Dojot
import Enrollment
import HTTP

/// The logins of a run over several devices: one a gateway, made anew before it expires.
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

    /// - Parameter timeout: seconds for a login with all its repetitions.
    init(_ options: LoginOptions, _ https: HTTPSOptions, timeout: Double) {
        (self.options, self.https, self.timeout) = (options, https, timeout)
    }

    /// Logs out: the next login is a new one, also where one failed before. The tokens are wiped.
    func forget() {
        logins = [:]
        failures = [:]
    }

    /// Whether a login can be made again once it has expired.
    func canRepeat() throws -> Bool {
        if case .password = try answers() { return true }
        return options.tokenFile != nil
    }

    /// The login at a gateway, which holds for some seconds more.
    ///
    /// One that failed is not tried again for the next device: a password that is wrong would lock the user out, a gateway that is
    /// away would be waited for each time.
    private func login(at gateway: Gateway) throws -> Login {
        if let failure = failures["\(gateway)"] { throw failure }
        let known = logins["\(gateway)"]
        if let known, known.session.expiry.map({ $0.remaining > Self.leastSeconds }) ?? true { return known }
        if let known, !known.session.isExpired, try !canRepeat() { return known }
        do {
            let http = known?.http ?? HTTPClient(trust: trusted())
            let session = try options.openSession(with: answers(), at: gateway, over: http, timeout: timeout)
            let login = Login(gateway: gateway, http: http, session: session)
            logins["\(gateway)"] = login
            return login
        } catch {
            failures["\(gateway)"] = error
            throw error
        }
    }

    /// Runs `body` with a login, and once more with another where the platform no longer takes the first.
    func withLogin<Value>(at gateway: Gateway, _ body: (Login) throws -> Value) throws -> Value {
        let isKnown = logins["\(gateway)"] != nil
        do {
            return try body(login(at: gateway))
        } catch  where isKnown && Self.isRefusedToken(error) {
            guard try canRepeat() else { throw error }
            logins["\(gateway)"] = nil
            return try body(login(at: gateway))
        }
    }

    private func answers() throws -> LoginOptions.Credentials {
        if let credentials, options.passwordFile == nil, options.tokenFile == nil { return credentials }
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
