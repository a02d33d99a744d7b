/// The platform's API gateway: lets in who has a token, finds the route, and has faults happen.
struct Gateway: Sendable {
    private let router: Router
    private let platform: Platform

    init(_ platform: Platform) {
        var router = Router()
        LoginRoutes.add(to: &router, platform)
        if platform.options.platform.hasEJBCA {
            AuthorityRoutes.add(to: &router, platform)
            EndEntityRoutes.add(to: &router, platform)
            SignatureRoutes.add(to: &router, platform)
        }
        if platform.options.platform.hasX509 {
            CertificateRoutes.add(to: &router, platform)
            RootAuthorityRoutes.add(to: &router, platform)
        }
        TemplateRoutes.add(to: &router, platform)
        DeviceRoutes.add(to: &router, platform)
        HistoryRoutes.add(to: &router, platform)
        FaultRoutes.add(to: &router, platform)
        self.router = router
        self.platform = platform
    }

    /// Answers a request.
    func answer(_ request: Request) -> Answer {
        guard !request.path.hasPrefix("/_sandbox/"), let effects = platform.faults.effects(on: request) else {
            return Answer(response: respond(to: request, FaultEffects()))
        }
        return effects.answer { respond(to: request, effects) }
    }

    private func respond(to request: Request, _ effects: FaultEffects) -> Response {
        guard let (route, parameters) = router.find(request) else {
            return .reason("no Route matched with those values", status: 404)
        }
        var user: User?
        switch route.access {
        case .open: break
        case .loopback:
            guard request.isFromLoopback else { return .reason("Forbidden", status: 403) }
        case .user:
            user = bearer(of: request)
            if user == nil { return .reason("Unauthorized", status: 401) }
        }
        do throws(Refusal) {
            return try route.handle(Call(request: request, parameters: parameters, user: user, effects: effects))
        } catch { return error.response }
    }

    /// Whose token a request carries (RFC 6750, section 2.1); nil where there is none that is good.
    private func bearer(of request: Request) -> User? {
        let words = request.headers["authorization"]?.split(separator: " ") ?? []
        guard words.count == 2, words[0].lowercased() == "bearer", let claims = platform.tokens.check(String(words[1]))
        else { return nil }
        return platform.users.first { $0.name == claims.username }
    }
}
