/// Finds the route of a request: by its method and its path, segment by segment.
struct Router: Sendable {
    /// Who may call a route.
    enum Access: Sendable {
        /// Anybody.
        case open
        /// Whoever has a valid token.
        case user
        /// Anybody on this machine.
        case loopback
    }

    struct Route: Sendable {
        let method: String
        /// Segments of the path; one that begins with ":" is a parameter.
        let pattern: [String]
        let access: Access
        let handle: @Sendable (Call) throws(Refusal) -> Response
    }

    private(set) var routes: [Route] = []

    /// Adds a route such as `GET /ca/:name`.
    mutating func on(
        _ method: String, _ pattern: String, _ access: Access = .user,
        _ handle: @escaping @Sendable (Call) throws(Refusal) -> Response
    ) {
        let segments = pattern.split(separator: "/").map(String.init)
        routes.append(Route(method: method, pattern: segments, access: access, handle: handle))
    }

    /// The route of a request and the parameters in its path.
    func find(_ request: Request) -> (route: Route, parameters: [String: String])? {
        var path = request.path.split(separator: "/", omittingEmptySubsequences: false).map(String.init).dropFirst()
        if path.last == "" { path.removeLast() }
        for route in routes where route.method == request.method && route.pattern.count == path.count {
            var parameters: [String: String] = [:]
            let matches = zip(route.pattern, path).allSatisfy { pattern, segment in
                guard pattern.hasPrefix(":") else { return pattern == segment }
                parameters[String(pattern.dropFirst())] = segment
                return !segment.isEmpty
            }
            if matches { return (route, parameters) }
        }
        return nil
    }
}
