/// A service behind the gateway, and how its framework answers requests that match none of its routes.
///
/// Which path leads to which service: dojot/docker-compose, kong.config.sh of v0.4.3 and kong/kong.config.sh of v0.6.1, v0.8.1 and
/// 1.0.0-rc.3 (pull request 358). All other paths lead to the web interface up to 0.8, which the sandbox does not have, and nowhere on 1.0.
struct Upstream: Sendable {
    enum Framework: Sendable {
        /// auth, device-manager and EJBCA-REST, in Python.
        case flask
        /// history, in Python.
        case falcon
        /// x509-identity-mgmt and the InfluxDB retriever, with dojot's SDK for Node.js.
        case express
        /// Keycloak.
        case resteasy
        /// A service that does not run: Kong's balancer cannot resolve its name (kong/runloop/balancer.lua, Kong 2.2.1).
        case absent
    }

    /// What the path starts with.
    let prefix: String
    /// What follows in the path, at any distance; Kong takes a path with "(.*)" for a pattern.
    var continuation = ""
    let framework: Framework
    /// Whether Kong asks for a token.
    var access = Router.Access.user

    /// The services of a release.
    static func all(of release: SandboxOptions.Release) -> [Upstream] {
        var all = [
            Upstream(prefix: "/device", framework: .flask), Upstream(prefix: "/template", framework: .flask),
            Upstream(prefix: "/auth", framework: release.login == .auth ? .flask : .resteasy, access: .open),
        ]
        switch release.certificateAPI {
        case .ejbca: all += ["/ca", "/sign", "/user"].map { Upstream(prefix: $0, framework: .flask) }
        case .x509: all.append(Upstream(prefix: "/x509", framework: .express))
        }
        if release.history.contains(.history) { all.append(Upstream(prefix: "/history", framework: .falcon)) }
        if release.history.contains(.tss) {
            all.append(Upstream(prefix: "/tss", framework: .express))
        } else if release == .v06 {
            // The route is there from v0.5.2 on, and the retriever is commented out in docker-compose.yml until v0.8.0.
            all.append(Upstream(prefix: "/tss", framework: .absent))
        }
        if release == .v08 || release == .v10 {
            // From v0.8.0 on. The sandbox runs neither service.
            all += [
                Upstream(
                    prefix: "/basic-auth/v1/devices/", continuation: "/basic-credentials", framework: .absent),
                Upstream(prefix: "/http-agent/v1/unsecure/incoming-messages", framework: .absent, access: .open),
            ]
        }
        return all
    }

    /// Whether Kong sends requests for a path to the service.
    func serves(_ path: String) -> Bool {
        path.hasPrefix(prefix) && (continuation.isEmpty || path.dropFirst(prefix.count).contains(continuation))
    }

    /// The answer to a request that no route takes.
    ///
    /// - Parameter allowed: The methods for which there is a route to the same path.
    func answer(_ request: Request, allowed: [String]) -> Response {
        let allow = [("Allow", allowed.sorted().joined(separator: ", "))]
        switch framework {
        case .absent: return .reason("name resolution failed", status: 503)
        case .express: return Refusal.error(404, "Not Found").response
        case .falcon: return Response(status: allowed.isEmpty ? 404 : 405, headers: allowed.isEmpty ? [] : allow)
        case .flask:
            var response = Response.flask(allowed.isEmpty ? 404 : 405)
            if !allowed.isEmpty { response.headers += allow }
            return response
        case .resteasy where allowed.isEmpty:
            let url = "http://keycloak:8080" + request.path
            return Refusal.error(404, "RESTEASY003210: Could not find resource for full path: \(url)").response
        case .resteasy:
            let text = "RESTEASY003650: No resource method found for \(request.method), return 405 with Allow header"
            var response = Refusal.error(405, text).response
            response.headers += allow
            return response
        }
    }
}

extension Response {
    /// A page of HTML with which Flask reports what its routes do not handle (werkzeug 0.14, exceptions.py).
    static func flask(_ status: Int) -> Response {
        let pages = [
            400: ("Bad Request", "The browser (or proxy) sent a request that this server could not understand."),
            404: (
                "Not Found",
                "The requested URL was not found on the server.  If you entered the URL manually please check your "
                    + "spelling and try again."
            ),
            405: ("Method Not Allowed", "The method is not allowed for the requested URL."),
            500: (
                "Internal Server Error",
                "The server encountered an internal error and was unable to complete your request.  Either the server "
                    + "is overloaded or there is an error in the application."
            ),
        ]
        let (name, text) = pages[status] ?? ("Error", "")
        let page = """
            <!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">
            <title>\(status) \(name)</title>
            <h1>\(name)</h1>
            <p>\(text)</p>

            """
        return Response(status: status, headers: [("Content-Type", "text/html")], body: Array(page.utf8))
    }
}

extension Refusal {
    /// A page of HTML of Flask's: what a service of Python answers where an exception is not handled (500), and the like.
    static func flask(_ status: Int) -> Refusal { Refusal(.flask(status)) }
}
