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

    typealias Handler = @Sendable (Call) throws(Refusal) -> Response

    struct Route: Sendable {
        let method: String
        /// Segments of the path; one that begins with ":" is a parameter.
        let pattern: [String]
        let access: Access
        let handle: Handler
    }

    private(set) var routes: [Route] = []

    /// Adds a route such as `GET /ca/:name`.
    mutating func on(
        _ method: String, _ pattern: String, _ access: Access = .user,
        _ handle: @escaping Handler
    ) {
        let segments = pattern.split(separator: "/").map(String.init)
        routes.append(Route(method: method, pattern: segments, access: access, handle: handle))
    }

    /// The route of a request and the parameters in its path.
    func find(_ request: Request) -> (route: Route, parameters: [String: String])? {
        let path = Self.segments(of: request.path)
        for route in routes where route.method == request.method {
            if let parameters = Self.match(route.pattern, path) { return (route, parameters) }
        }
        return nil
    }

    /// The methods of the routes to a path.
    func methods(of path: String) -> [String] {
        let path = Self.segments(of: path)
        return routes.filter { Self.match($0.pattern, path) != nil }.map(\.method)
    }

    private static func segments(of path: String) -> ArraySlice<String> {
        var path = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init).dropFirst()
        if path.last == "" { path.removeLast() }
        return path
    }

    /// The parameters of a path that fits a pattern; nil where it does not.
    private static func match(_ pattern: [String], _ path: ArraySlice<String>) -> [String: String]? {
        guard pattern.count == path.count else { return nil }
        var parameters: [String: String] = [:]
        for (pattern, segment) in zip(pattern, path) {
            if !pattern.hasPrefix(":") {
                guard pattern == segment else { return nil }
            } else if segment.isEmpty {
                return nil
            } else {
                parameters[String(pattern.dropFirst())] = segment
            }
        }
        return parameters
    }
}
