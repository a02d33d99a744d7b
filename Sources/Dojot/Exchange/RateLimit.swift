import HTTP

/// The limit that Kong's plugin rate-limiting reports with 429: dojot's login has 5 requests a minute and 40 an hour (dojot/docker-compose,
/// kong.config.sh v0.4.3, kong/kong.config.sh v0.8.1).
///
/// Kong sends `X-RateLimit-Limit-Minute` and `X-RateLimit-Remaining-Minute` for each period; `Retry-After` only from 2.0 on
/// (kong/plugins/rate-limiting/handler.lua, 0.11.0 and 2.2.1).
struct RateLimit {
    private static let periods: [(name: String, seconds: Int64)] = [
        ("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1),
    ]

    /// How many requests are allowed in the period.
    let requests: Int
    /// "minute", "hour", …
    let period: String
    /// How long until the period ends, in seconds: Kong's periods are those of the clock in UTC. nil where the answer has no date.
    let reset: Double?

    /// Finds the longest period whose requests are used up; nil where the answer names none.
    init?(_ response: HTTPResponse) {
        for (name, seconds) in Self.periods {
            guard let limit = response.headers["X-RateLimit-Limit-\(name)"].flatMap({ Int($0) }), limit > 0,
                response.headers["X-RateLimit-Remaining-\(name)"] == "0"
            else { continue }
            requests = limit
            period = name
            reset = response.date.map { Double(seconds - $0 % seconds) }
            return
        }
        return nil
    }
}
