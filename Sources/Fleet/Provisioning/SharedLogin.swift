public import Dojot
import HTTP
import Threads

/// One login for all that speak to a gateway, made anew before it expires; it may be used on any thread.
public final class SharedLogin: Sendable {
    private let state: Guarded<Session>
    private let renew: (@Sendable () throws -> Session)?

    /// - Parameters:
    ///   - session: the first login.
    ///   - renew: logs in once more; nil where only a token was given.
    public init(_ session: Session, renew: (@Sendable () throws -> Session)?) {
        state = Guarded(session)
        self.renew = renew
    }

    /// The login, which holds for some seconds more.
    ///
    /// - Throws: `DojotError` of a login that failed, or with `.unauthorized` for a token that has expired.
    func session() throws -> Session {
        try state.withLock { session in
            // One that is about to expire would do so in the middle of a signature.
            guard let expiry = session.expiry, expiry.remaining < min(20, expiry.seconds / 3) else { return session }
            guard let renew else {
                guard session.isExpired else { return session }
                throw Self.expired
            }
            session = try renew()
            return session
        }
    }

    /// Logs in anew where the platform no longer takes a login, unless another thread has done so since.
    func replace(_ refused: Session) throws {
        try state.withLock { session in
            guard session.token == refused.token else { return }
            guard let renew else { throw Self.expired }
            session = try renew()
        }
    }

    private static var expired: DojotError {
        DojotError(.unauthorized, "the token has expired, and there is no password to log in again")
    }
}
