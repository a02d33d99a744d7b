import CLibCurl
import Glibc

/// A client over libcurl that keeps its connection between requests.
///
/// Redirects are not followed, answers over 1 MiB are refused, TLS is at least 1.2, and proxies are those of the
/// environment as with curl(1), but never for this machine itself. libcurl is opened at the first request.
/// SIGPIPE must be ignored by the program; no signal is blocked or handled here.
public final class HTTPClient {
    /// The most bytes that an answer may have.
    public static let longestBody = 1 << 20

    /// Whom to believe to be the server.
    public let trust: HTTPTrust
    /// Asked at least once a second while something is waited for; true ends the request with `.interrupted`.
    private let isInterrupted: () -> Bool
    private let userAgent: String
    /// Shared with other clients of the same server, where there are some.
    private let pace: RequestPace?
    private var session: CurlSession?

    /// By how many seconds the server's clock was ahead of this machine's at the last answer that told its time, within
    /// a second or two; nil before any did. A device with a wrong clock can so be told so.
    public private(set) var serverClockOffset: Int64?

    /// A client that has not connected to anything yet.
    ///
    /// - Parameters:
    ///   - trust: whom to believe to be the server.
    ///   - userAgent: what it calls itself to servers.
    ///   - pace: what its server asks of all clients that share it.
    ///   - isInterrupted: asked at least once a second during a request and its waits; true ends it.
    public init(
        trust: HTTPTrust = .system, userAgent: String = "dojot-device", pace: RequestPace? = nil,
        isInterrupted: @escaping () -> Bool = { false }
    ) {
        self.trust = trust
        self.userAgent = userAgent
        self.pace = pace
        self.isInterrupted = isInterrupted
    }

    /// Opens libcurl, which takes some milliseconds; else the first request does. It may be called on any thread.
    public static func prepare() { _ = CurlLibrary.shared }

    /// What libcurl calls itself and its parts, "libcurl/7.88.1 OpenSSL/3.0.15 …"; nil where it cannot be opened.
    public static var libraryVersion: String? { try? CurlLibrary.shared.get().version }

    /// Sends a request and takes its answer, whatever its status, again and again as the policy says.
    ///
    /// - Parameters:
    ///   - deadline: the end of it all: every attempt and every wait between them.
    ///   - retry: when to send it again.
    ///   - onRetry: told before each wait.
    /// - Returns: the last answer; where that is one of `RetryPolicy.statuses`, no attempt was left or the server asked
    ///   for a longer wait (`HTTPResponse.retryAfter`) than the deadline allows.
    /// - Throws: `HTTPError` where there was no answer.
    public func send(
        _ request: HTTPRequest, deadline: Deadline, retry: RetryPolicy = .standard,
        onRetry: (RetryEvent) -> Void = { _ in }
    ) throws(HTTPError) -> HTTPResponse {
        let url = try check(request)
        let session = try openSession(for: request)
        var random = SystemRandomNumberGenerator()
        var deadline = deadline
        var (attempt, sent) = (0, 0)
        while true {
            // The time that it waits for the others is not the request's own.
            let rest = deadline.remaining
            if let pace, pace.isHeld {
                guard hold(at: pace) else { throw interrupted(request, sent) }
            }
            attempt += 1
            sent += 1
            var outcome = perform { () in
                if pace != nil {
                    if isInterrupted() { return .failure(interrupted(request, sent)) }
                    deadline = Deadline(seconds: rest)
                }
                return session.perform(
                    CurlSession.Exchange(
                        request: request, url: url, trust: trust, userAgent: userAgent, deadline: deadline,
                        isInterrupted: isInterrupted))
            }
            outcome.note(attempts: sent)
            if case .success(let response) = outcome, let date = response.date {
                serverClockOffset = date - HTTPDate.now()
            }
            if outcome.retryAfter == 0 { pace?.goOn() }
            guard attempt < retry.attempts, let reason = outcome.reasonToRetry(request) else {
                return try outcome.get()
            }
            if let pace, outcome.retryAfter > 0, pace.hold(outcome.retryAfter) {
                onRetry(
                    RetryEvent(
                        attempt: attempt, attempts: retry.attempts, wait: outcome.retryAfter, reason: reason,
                        url: request.url))
                // It was not this request alone that was one too many: it does not use up an attempt.
                attempt -= 1
                continue
            }
            let wait = max(outcome.retryAfter, retry.backoff(after: attempt, using: &random))
            // A twentieth of the time is kept for the next attempt: with none it could only say that time is up.
            guard wait < deadline.remaining - deadline.seconds / 20 else { return try outcome.get() }
            onRetry(
                RetryEvent(attempt: attempt, attempts: retry.attempts, wait: wait, reason: reason, url: request.url))
            guard pause(wait) else { throw interrupted(request, sent) }
        }
    }

    /// Sends a request, when it is its turn where there are others.
    private func perform(_ send: () -> Result<HTTPResponse, HTTPError>) -> Result<HTTPResponse, HTTPError> {
        pace?.send(send) ?? send()
    }

    /// The request's URL, once nothing in the request can be taken for more than it is.
    private func check(_ request: HTTPRequest) throws(HTTPError) -> HTTPURL {
        guard let url = HTTPURL(request.url) else {
            throw HTTPError(
                .invalidRequest, method: request.method.rawValue, url: request.url,
                reason: "the URL is no absolute http or https URL")
        }
        for field in request.headers.fields where !HTTPHeaders.canSend(field.name, field.value) {
            throw HTTPError(
                .invalidRequest, method: request.method.rawValue, url: request.url,
                reason: "a header field holds what cannot be sent")
        }
        guard request.bearer?.withBytes({ $0.allSatisfy { (0x21...0x7E).contains($0) } }) ?? true else {
            throw HTTPError(
                .invalidRequest, method: request.method.rawValue, url: request.url,
                reason: "the token holds what cannot be sent")
        }
        return url
    }

    private func openSession(for request: HTTPRequest) throws(HTTPError) -> CurlSession {
        if let session { return session }
        do {
            let opened = try CurlSession(library: CurlLibrary.shared.get())
            session = opened
            return opened
        } catch {
            throw HTTPError(
                .libraryMissing, method: request.method.rawValue, url: request.url,
                reason: "\(CurlLibrary.fileName) cannot be opened: \(error.reason)")
        }
    }

    private func interrupted(_ request: HTTPRequest, _ attempts: Int) -> HTTPError {
        HTTPError(
            .interrupted, method: request.method.rawValue, url: request.url, reason: "interrupted", attempts: attempts)
    }

    /// Waits until the server may be asked again, and a moment more, so that not all come at once; false where interrupted.
    private func hold(at pace: RequestPace) -> Bool {
        while pace.isHeld {
            guard pause(pace.remaining + Double.random(in: 0...pace.spread)) else { return false }
        }
        return true
    }

    /// Waits, asking every now and then whether to go on; false where not.
    private func pause(_ seconds: Double) -> Bool {
        let end = Deadline(seconds: seconds)
        while !end.hasPassed {
            if isInterrupted() { return false }
            let slice = min(end.remaining, 0.25)
            var time = timespec(tv_sec: 0, tv_nsec: Int(slice * 1e9))
            nanosleep(&time, nil)
        }
        return !isInterrupted()
    }
}

extension Result<HTTPResponse, HTTPError> {
    /// Writes into an answer or an error how often the request was sent.
    fileprivate mutating func note(attempts: Int) {
        switch self {
        case .success(var response):
            response.attempts = attempts
            self = .success(response)
        case .failure(var error):
            error.attempts = attempts
            self = .failure(error)
        }
    }

    /// Why to send the request again, in words; nil where there is no reason to.
    fileprivate func reasonToRetry(_ request: HTTPRequest) -> String? {
        switch self {
        case .success(let response):
            RetryPolicy.statuses.contains(response.status) ? HTTPStatus.phrase(response.status) : nil
        case .failure(let error):
            switch error.code {
            case .cannotConnect: error.reason
            case .connectionLost: request.mayBeRepeated ? error.reason : nil
            default: nil
            }
        }
    }

    /// The seconds that the server asks for, 0 where it does not.
    fileprivate var retryAfter: Double {
        if case .success(let response) = self { response.retryAfter ?? 0 } else { 0 }
    }
}
