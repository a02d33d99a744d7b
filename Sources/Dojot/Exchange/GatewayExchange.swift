import FoundationEssentials
import HTTP

/// One request to the gateway with all that can become of it: the one place that sends, looks at the status, reads the
/// JSON and makes the error.
struct GatewayExchange {
    /// What an answer other than 2xx means on one route; nil where it means what it means on all.
    typealias Meaning = (_ status: Int, _ words: String) -> (code: DojotError.Code, reason: String)?

    /// What is tried, to follow "cannot": "log in to http://localhost:8000 as admin".
    let purpose: String
    var request: HTTPRequest
    let http: HTTPClient
    let deadline: Deadline
    var retry: RetryPolicy
    let onRetry: (RetryEvent) -> Void

    var meaning: Meaning = { _, _ in nil }

    /// Sends the request and reads the answer to a success.
    func send<Answer: Decodable>(expecting type: Answer.Type) throws(DojotError) -> Answer {
        let response = try send()
        do {
            return try JSONDecoder().decode(type, from: Data(response.body))
        } catch {
            let kind = ServerMessage.kind(of: response.body)
            throw violation("the answer is not what dojot's API says: \(kind)", response)
        }
    }

    /// Sends the request and gives the answer to a success, unread.
    func send() throws(DojotError) -> HTTPResponse {
        let response = try receive()
        guard (200...299).contains(response.status) else { throw refusal(response) }
        return response
    }

    /// Sends the request and returns the answer with whatever status.
    func receive() throws(DojotError) -> HTTPResponse {
        do {
            return try http.send(request, deadline: deadline, retry: retry, onRetry: onRetry)
        } catch {
            throw DojotError(.transport(error.code), "cannot \(purpose): \(error)", transport: error)
        }
    }

    /// The error for an answer that breaks the protocol.
    func violation(_ reason: String, _ response: HTTPResponse? = nil) -> DojotError {
        DojotError(.protocolViolation, "cannot \(purpose): \(reason)", status: response?.status)
    }

    /// The same refusal as `error`, now that more is known of it.
    func refusal(_ code: DojotError.Code, _ reason: String, like error: DojotError) -> DojotError {
        DojotError(
            code, "cannot \(purpose): \(reason)" + (error.serverWords.map { " (\($0))" } ?? ""), status: error.status,
            serverWords: error.serverWords)
    }

    /// The error for an answer that is no success.
    func refusal(_ response: HTTPResponse) -> DojotError {
        let words = ServerMessage.words(in: response.body)
        let isAboutToken = TokenRefusal.matches(response.status, words ?? "")
        let (code, reason) =
            (isAboutToken ? nil : meaning(response.status, words ?? ""))
            ?? GatewayExchange.generalMeaning(response, words: words, isAboutToken: isAboutToken)
        return DojotError(
            code, "cannot \(purpose): \(reason)" + GatewayExchange.patience(response), status: response.status,
            serverWords: words, retryAfter: response.retryAfter ?? RateLimit(response)?.reset,
            attempts: response.attempts)
    }

    private static func generalMeaning(
        _ response: HTTPResponse, words: String?, isAboutToken: Bool
    ) -> (code: DojotError.Code, reason: String) {
        let status = response.status
        let said = "the gateway answers \(HTTPStatus.phrase(status))" + (words.map { ": \($0)" } ?? "")
        switch status {
        case 300...399:
            let target = response.headers["Location"].map { " to \(ServerText.cleaned($0))" } ?? ""
            return (.protocolViolation, "the gateway redirects\(target), which is not followed")
        case _ where TokenRefusal.isAboutIssuer(status, words ?? ""):
            return (
                .issuerNotAllowed, "\(said) (the token is for another name of the platform than it was installed with)"
            )
        case 401,
            _ where isAboutToken:
            return (.unauthorized, "\(said) (the token is wrong or has expired)")
        case 403: return (.forbidden, said)
        case 404, 405: return (.noRoute, "\(said) (it has no such route)")
        case 429: return (.rateLimited, said)
        case 502, 503, 504: return (.unavailable, said)
        case 500...599: return (.serverFailure, said)
        case 400...499: return (.requestRefused, said)
        default: return (.protocolViolation, said)
        }
    }

    /// The limit, the attempts, and the wait that is left: " (it allows 5 requests a minute; tried 4 times; it asks to wait 120 s)".
    private static func patience(_ response: HTTPResponse) -> String {
        guard RetryPolicy.statuses.contains(response.status) else { return "" }
        let tried = response.attempts > 1 ? ["tried \(response.attempts) times"] : []
        let wait = response.retryAfter.map { ["it asks to wait \(spelled($0))"] } ?? []
        let limit = RateLimit(response).map { limit in
            ["it allows \(limit.requests) requests \(limit.period == "hour" ? "an" : "a") \(limit.period)"]
        }
        let notes = (limit ?? []) + tried + wait
        return notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))"
    }

    private static func spelled(_ seconds: Double) -> String {
        seconds < 1e9 ? "\(Int(seconds.rounded(.up))) s" : "for ever"
    }
}
