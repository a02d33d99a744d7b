import Threads

/// The limit of requests to the login, which dojot's Kong has up to 0.8: 5 a minute and 40 an hour for all paths of the auth service
/// (dojot/docker-compose, kong.config.sh v0.4.3, kong/kong.config.sh v0.8.1: plugin `rate-limiting`, policy `local`).
///
/// Kong counts by the client's address; here all clients are one. A minute and an hour are those of the clock (UTC), and a refused request
/// does not count (kong/plugins/rate-limiting/handler.lua and policies, Kong 0.11.0 and 2.2.1).
final class LoginLimit: Sendable {
    private struct Period {
        let name: String
        let limit: Int
        let seconds: Int64
    }

    private struct Count {
        /// When the period began, in Unix seconds.
        var start: Int64 = 0
        var requests = 0
    }

    private static let periods = [
        Period(name: "minute", limit: 5, seconds: 60), Period(name: "hour", limit: 40, seconds: 3600),
    ]
    /// Whether Kong is 0.11, which sends no `Retry-After` and no `RateLimit-…`.
    private let isOld: Bool
    private let counts = Guarded(periods.map { _ in Count() })

    init(isOld: Bool) { self.isOld = isOld }

    /// Whether a path is one of the auth service's that are limited: the others have Kong services of their own.
    static func applies(to path: String) -> Bool {
        path.hasPrefix("/auth") && !["/auth/pap", "/auth/user", "/auth/revoke"].contains { path.hasPrefix($0) }
    }

    /// Responds with `body`, or with 429 where the limit is reached.
    ///
    /// - Parameter now: Unix seconds.
    func respond(at now: Double, _ body: () -> Response) -> Response {
        let now = Int64(now)
        let remaining = counts.withLock { counts in
            for (index, period) in Self.periods.enumerated() where counts[index].start != now - now % period.seconds {
                counts[index] = Count(start: now - now % period.seconds)
            }
            let remaining = counts.indices.map { Self.periods[$0].limit - counts[$0].requests }
            if remaining.allSatisfy({ $0 > 0 }) {
                for index in counts.indices { counts[index].requests += 1 }
            }
            return remaining
        }
        let stop = remaining.lastIndex { $0 <= 0 }
        let shown = remaining.indices.map { max(0, remaining[$0] - (stop == nil || stop == $0 ? 1 : 0)) }
        var headers: [(name: String, value: String)] = []
        for (period, left) in zip(Self.periods, shown) {
            let name = isOld ? period.name : period.name.prefix(1).uppercased() + period.name.dropFirst()
            headers += [("X-RateLimit-Limit-\(name)", "\(period.limit)"), ("X-RateLimit-Remaining-\(name)", "\(left)")]
        }
        // The period with the fewest requests left, the longer one of two.
        let tightest = shown.indices.reversed().min { shown[$0] < shown[$1] } ?? 0
        let period = Self.periods[tightest]
        let reset = max(1, period.seconds - now % period.seconds)
        if !isOld {
            headers += [
                ("RateLimit-Limit", "\(period.limit)"), ("RateLimit-Remaining", "\(shown[tightest])"),
                ("RateLimit-Reset", "\(reset)"),
            ]
        }
        var response = stop == nil ? body() : refusal(reset: reset)
        response.headers += headers
        return response
    }

    private func refusal(reset: Int64) -> Response {
        let text = "API rate limit exceeded"
        if isOld { return .reason(text, status: 429) }
        return Response(
            status: 429,
            headers: [("Content-Type", "application/json; charset=utf-8"), ("Retry-After", "\(reset)")],
            body: Array("{\n  \"message\":\"\(text)\"\n}".utf8))
    }
}
