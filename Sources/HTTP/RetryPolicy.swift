/// When a request is sent again, and after how long.
///
/// Sent again are requests that found no connection or that were answered with 429, 502, 503 or 504, and, where
/// `HTTPRequest.mayBeRepeated`, those whose answer was lost. Nothing is waited for beyond the deadline.
public struct RetryPolicy: Sendable, Equatable {
    /// How many times a request is sent at most, 1 or more.
    public var attempts: Int
    /// The longest wait after the first attempt, in seconds; it doubles with each one that follows.
    public var base: Double
    /// The longest wait of all that the policy chooses by itself, in seconds; a server may ask for more.
    public var limit: Double

    /// Four attempts, up to 0.5, 1 and 2 s apart.
    public static let standard = RetryPolicy(attempts: 4, base: 0.5, limit: 8)
    /// One attempt.
    public static let never = RetryPolicy(attempts: 1, base: 0, limit: 0)

    /// A policy of its parts.
    public init(attempts: Int, base: Double, limit: Double) {
        self.attempts = max(1, attempts)
        self.base = base
        self.limit = limit
    }

    /// The statuses that may go away by themselves.
    public static let statuses: Set<Int> = [429, 502, 503, 504]

    /// A wait in seconds after attempt number `attempt` (1, 2, …): anything between 0 and a bound that doubles, so that
    /// many devices that failed at once do not come back at once ("full jitter",
    /// https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
    func backoff(after attempt: Int, using generator: inout some RandomNumberGenerator) -> Double {
        let bound = min(limit, base * Double(1 << min(attempt - 1, 30)))
        return bound > 0 ? Double.random(in: 0...bound, using: &generator) : 0
    }
}

/// What `HTTPClient.send` tells before it waits to send a request again.
public struct RetryEvent: Sendable {
    /// The attempt that failed, from 1.
    public let attempt: Int
    /// How many there may be.
    public let attempts: Int
    /// The wait that follows, in seconds.
    public let wait: Double
    /// Why, in words for a person: "503 Service Unavailable" or what went wrong with the connection.
    public let reason: String
    /// The request's URL.
    public let url: String
}
