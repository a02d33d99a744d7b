public import HTTP

/// Why something that was asked of the platform was not done, or could not be asked at all.
///
/// Its message carries no password and no token; what the server said is in it without control characters.
public struct DojotError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What went wrong, for comparing.
    public enum Code: Equatable, Sendable {
        /// A device id, tenant or CA name that must not go into a path or a URL.
        case invalidName
        /// The gateway's URL is none, or is one with more in it than a gateway has.
        case invalidGateway
        /// What was given as a token is no JSON Web Token of dojot's.
        case invalidToken
        /// 401: unknown user, or the token is missing, wrong or expired.
        case unauthorized
        /// 403: wrong password at the login; elsewhere the user may not do this.
        case forbidden
        /// The account needs something from its user before a password suffices, such as another password (Keycloak).
        case accountNotReady
        /// The Keycloak client is unknown, disabled, or not allowed to log in that way.
        case clientRefused
        /// The client may not log in itself: it has no service account (Keycloak).
        case noServiceAccount
        /// The Keycloak client needs a secret, or another one.
        case wrongClientSecret
        /// The platform has no such tenant (Keycloak: no such realm).
        case unknownTenant
        /// The gateway accepts tokens of another issuer only: of the name that dojot 1.0 was installed with.
        case issuerNotAllowed
        /// There is no certificate authority of that name.
        case unknownCA
        /// The platform has no such certificate, or has taken it back already.
        case unknownCertificate
        /// There is no end entity of that name: no such device.
        case unknownDevice
        /// The end entity's password is another.
        case wrongEndEntityPassword
        /// The end entity has been signed for already, and this release wants it set to NEW first.
        case wrongState
        /// An attribute that a device was to be told is no actuator of its templates.
        case notActuator
        /// What was sent is not taken, for instance a certificate request that the profile does not allow.
        case requestRefused
        /// 404 or 405: the gateway has no such route, so that another generation of the platform is behind it, or none.
        case noRoute
        /// The answer is not what the platform's API says.
        case protocolViolation
        /// 502, 503 or 504: perhaps later.
        case unavailable
        /// 429: later.
        case rateLimited
        /// 500: the platform failed within.
        case serverFailure
        /// There was no answer at all; `DojotError.transport` has the whole of it.
        case transport(HTTPError.Code)
    }

    /// What went wrong.
    public let code: Code
    /// What was tried, on what, why it failed: lower case, no full stop.
    public let message: String
    /// The answer's HTTP status, where there was one.
    public let status: Int?
    /// The server's own words, without control characters and cut to a line; nil where it said nothing.
    public let serverWords: String?
    /// Whether it was the login that failed, so that user name and password are in question, not a token.
    public internal(set) var isLogin = false
    /// The web page on which a person can remove the cause, where there is one.
    public internal(set) var page: String?
    /// For how many seconds the server asked to be left alone, where it did.
    public let retryAfter: Double?
    /// How often the request was sent; an error after the first may hide that an earlier one was carried out.
    public let attempts: Int
    /// The names that exist, where the one asked for does not and the platform could be asked.
    public let knownNames: [String]
    /// What went wrong below HTTP, where `code` is `.transport`.
    public let transport: HTTPError?

    /// An error of its parts.
    public init(
        _ code: Code, _ message: String, status: Int? = nil, serverWords: String? = nil, retryAfter: Double? = nil,
        attempts: Int = 1, knownNames: [String] = [], transport: HTTPError? = nil
    ) {
        self.code = code
        self.message = message
        self.status = status
        self.serverWords = serverWords
        self.retryAfter = retryAfter
        self.attempts = attempts
        self.knownNames = knownNames
        self.transport = transport
    }

    /// The message.
    public var description: String { message }

    /// The same error with the names that do exist.
    func naming(_ names: [String]) -> DojotError {
        DojotError(
            code, message, status: status, serverWords: serverWords, retryAfter: retryAfter,
            attempts: attempts, knownNames: names, transport: transport)
    }
}
