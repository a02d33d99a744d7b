import HTTP

/// What all requests of one user to one gateway have in common, whatever service stands behind it.
struct GatewayRequests {
    let gateway: Gateway
    /// Who asks; set another one when it has expired.
    var session: Session
    /// The time for each request with all its repetitions, in seconds.
    let timeout: Double
    let http: HTTPClient
    let retry: RetryPolicy
    /// Told before each wait.
    let onRetry: (RetryEvent) -> Void

    /// One request that carries the session's token, not yet sent.
    ///
    /// - Parameters:
    ///   - purpose: what is tried, to follow "cannot".
    ///   - path: begins with "/" and is sent as it is.
    ///   - content: JSON.
    ///   - meaning: what the service's refusals mean.
    func exchange(
        _ purpose: String, _ method: HTTPRequest.Method, _ path: String, content: [UInt8]? = nil,
        mayBeRepeated: Bool? = nil, deadline: Deadline? = nil,
        meaning: @escaping GatewayExchange.Meaning = { _, _ in nil }
    ) -> GatewayExchange {
        let headers: HTTPHeaders = content == nil ? [:] : ["Content-Type": "application/json"]
        return GatewayExchange(
            purpose: purpose,
            request: HTTPRequest(
                method, gateway.url(path), headers: headers, bearer: session.token.secret, body: content,
                mayBeRepeated: mayBeRepeated),
            http: http, deadline: deadline ?? Deadline(seconds: timeout), retry: retry, onRetry: onRetry,
            meaning: meaning)
    }
}
