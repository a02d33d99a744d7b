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

/// One request on its way through a route.
struct Call: Sendable {
    let request: Request
    let parameters: [String: String]
    /// Who asks; nil on routes that are open.
    let user: User?
    /// What is to go wrong with the answer.
    let effects: FaultEffects

    /// A parameter of the path that the route names.
    func parameter(_ name: String) -> String { parameters[name] ?? "" }

    /// The body as JSON of a shape.
    func body<Value: Decodable>(_ type: Value.Type) throws(Refusal) -> Value {
        guard let value = JSON.decode(type, from: request.body) else {
            throw Refusal(400, "malformed JSON in the request's body")
        }
        return value
    }
}

/// An answer that says no.
struct Refusal: Error {
    let response: Response

    init(_ response: Response) { self.response = response }

    init(_ status: Int, _ message: String) { response = .message(message, status: status) }

    /// As EJBCA-REST says no to everything: 400, and what SOAP said.
    static func soap(_ message: String, status: Int = 400) -> Refusal { Refusal(status, "soap message: \(message)") }
}
