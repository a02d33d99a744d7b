public import Dojot
import Enrollment
import HTTP
import Threads

/// One login for all that speak to a gateway, made anew before it expires; it may be used on any thread.
///
/// One thread at a time logs in, while the others wait for what comes of it: a login that fails, or hangs, does so once for all.
public final class SharedLogin: Sendable {
    /// Renews the session; `isInterrupted` is called at least once a second, and true ends it.
    public typealias Renewal = @Sendable (_ session: Session, _ isInterrupted: @escaping () -> Bool) throws -> Session

    /// A login that failed is not tried again for so many seconds: who wants it then is told why it failed. A user whose password
    /// was changed is not locked out by a whole fleet that tries the old one.
    private static let memory = 5.0
    /// How soon one who waits finds out that it is interrupted, in seconds.
    private static let attention = 0.5
    /// A platform whose logins expire before they can be used so often gives none.
    private static let mostExpired = 20

    private struct State {
        var session: Session
        /// Whether a thread logs in.
        var isRenewing = false
        /// Why the last login failed, and until when nobody tries again.
        var failure: (error: any Error, end: Deadline)?
    }

    private enum Turn {
        case use(Session)
        case fail(any Error)
        case renew(Renewal, Session)
    }

    /// The gateway that the login is for: its token goes to no other.
    public let gateway: Gateway
    private let state: Guarded<State>
    private let renewal: Renewal?

    /// - Parameters:
    ///   - session: the first login.
    ///   - renewal: nil where only a token was given.
    public init(_ session: Session, at gateway: Gateway, renewal: Renewal?) {
        (self.gateway, self.renewal) = (gateway, renewal)
        state = Guarded(State(session: session))
    }

    /// The login, which holds for some seconds more.
    ///
    /// - Parameter isInterrupted: asked about once a second where it has to be waited for; true ends that.
    /// - Throws: `DojotError` of a login that failed, with `.unauthorized` for a token that has expired, or with
    ///   `.transport(.interrupted)`.
    func session(isInterrupted: @escaping () -> Bool) throws -> Session {
        try session(isInterrupted) { session in
            // One that is about to expire would do so in the middle of a signature.
            guard let expiry = session.expiry, expiry.remaining < min(20, expiry.seconds / 3) else { return true }
            return renewal == nil && !session.isExpired
        }
    }

    /// Does something with a login that holds, and again with another where the platform no longer takes that.
    ///
    /// - Parameter isInterrupted: asked about once a second where a login has to be waited for; true ends that.
    /// - Throws: what `body` throws, and what a login can.
    func use<Result>(
        isInterrupted: @escaping () -> Bool, _ body: (Session) throws -> Result
    ) throws -> Result {
        var refusals = 0
        while true {
            let session = try session(isInterrupted: isInterrupted)
            do {
                return try body(session)
            } catch  where Self.isRefusal(error) {
                // One that expired while others were waited for is no login that the platform refuses.
                guard refusals < (Self.mayHaveExpired(session) ? Self.mostExpired : 1) else { throw error }
                refusals += 1
                _ = try self.session(isInterrupted) { $0.token != session.token }
            }
        }
    }

    /// Whether the platform did not take the token.
    private static func isRefusal(_ error: any Error) -> Bool {
        ((error as? EnrollmentError)?.platform ?? error as? DojotError)?.code == .unauthorized
    }

    /// The platform's clock counts whole seconds.
    private static func mayHaveExpired(_ session: Session) -> Bool { session.expiry.map { $0.remaining < 2 } ?? false }

    /// A login that is good for what is wanted: the one there is, or the one that a thread gets, this one or another.
    private func session(
        _ isInterrupted: @escaping () -> Bool, where isGood: (Session) -> Bool
    ) throws -> Session {
        while !isInterrupted() {
            let turn: Turn? = state.wait(seconds: Self.attention) { state in
                if isGood(state.session) { return .use(state.session) }
                if state.isRenewing { return nil }
                if let failure = state.failure, !failure.end.hasPassed { return .fail(failure.error) }
                guard let renewal else { return .fail(Self.expired) }
                state.isRenewing = true
                return .renew(renewal, state.session)
            }
            switch turn {
            case .use(let session): return session
            case .fail(let error): throw error
            case .renew(let renewal, let session): return try renew(session, renewal, isInterrupted)
            case nil: continue
            }
        }
        throw DojotError(.transport(.interrupted), "cannot log in to \(gateway): interrupted")
    }

    /// Renews the session, and wakes all threads that wait for it.
    private func renew(
        _ session: Session, _ renewal: Renewal, _ isInterrupted: @escaping () -> Bool
    ) throws -> Session {
        let outcome = Result { try renewal(session, isInterrupted) }
        state.withLock { state in
            state.isRenewing = false
            switch outcome {
            case .success(let session): (state.session, state.failure) = (session, nil)
            // What ends this thread need not end the others.
            case .failure(let error as DojotError) where error.code == .transport(.interrupted): break
            case .failure(let error): state.failure = (error, Deadline(seconds: Self.memory))
            }
        }
        return try outcome.get()
    }

    private static var expired: DojotError {
        DojotError(.unauthorized, "the token has expired, and there is no password to log in again")
    }
}
