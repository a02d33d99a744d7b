/// The platform's API gateway: checks tokens, finds the route, and applies faults.
struct Gateway: Sendable {
    private let router: Router
    private let upstreams: [Upstream]
    private let platform: Platform
    /// nil where logins are not limited.
    private let loginLimit: LoginLimit?

    init(_ platform: Platform) {
        var router = Router()
        switch platform.access {
        case .oldJWT(let issuer, _), .jwt(let issuer, _): LoginRoutes.add(to: &router, platform, issuer)
        case .keycloak(let realm): RealmRoutes.add(to: &router, realm)
        }
        switch platform.options.release.certificateAPI {
        case .ejbca:
            AuthorityRoutes.add(to: &router, platform)
            EndEntityRoutes.add(to: &router, platform)
            SignatureRoutes.add(to: &router, platform)
        case .x509:
            CertificateRoutes.add(to: &router, platform)
            RootAuthorityRoutes.add(to: &router, platform)
        }
        TemplateRoutes.add(to: &router, platform)
        DeviceRoutes.add(to: &router, platform)
        let histories = platform.options.release.history
        if histories.contains(.history) { HistoryRoutes.add(to: &router, platform) }
        if histories.contains(.tss) { TimeSeriesRoutes.add(to: &router, platform) }
        FaultRoutes.add(to: &router, platform)
        self.router = router
        self.platform = platform
        upstreams = Upstream.all(of: platform.options.release)
        loginLimit = platform.options.limitsLogins ? LoginLimit(isOld: platform.options.release == .v04) : nil
    }

    /// Answers a request.
    func answer(_ request: Request) -> Answer {
        guard !request.path.hasPrefix("/_sandbox/"), let effects = platform.faults.effects(on: request) else {
            return Answer(response: respond(to: request, FaultEffects()))
        }
        return effects.answer { respond(to: request, effects) }
    }

    private func respond(to request: Request, _ effects: FaultEffects) -> Response {
        guard let loginLimit, LoginLimit.applies(to: request.path) else {
            return respondUnlimited(to: request, effects)
        }
        return loginLimit.respond(at: Time.now) { respondUnlimited(to: request, effects) }
    }

    private func respondUnlimited(to request: Request, _ effects: FaultEffects) -> Response {
        do throws(Refusal) {
            guard let (route, parameters) = router.find(request) else { return try respondWithoutRoute(to: request) }
            let user = try admit(request, route.access)
            return try route.handle(Call(request: request, parameters: parameters, user: user, effects: effects))
        } catch { return error.response }
    }

    /// Checks whether a request may pass; gives the user who sends it, if the route needs one.
    private func admit(_ request: Request, _ access: Router.Access) throws(Refusal) -> User? {
        switch access {
        case .open: return nil
        case .loopback:
            guard request.isFromLoopback, request.isForLoopback else { throw .reason(403, "Forbidden") }
            return nil
        case .user: return try platform.access.user(of: request)
        }
    }

    /// Answers a request that no route takes: as the service does that its path leads to, else as Kong.
    private func respondWithoutRoute(to request: Request) throws(Refusal) -> Response {
        guard let upstream = upstreams.first(where: { $0.serves(request.path) }) else {
            let isOld = platform.options.release == .v04
            throw .reason(404, isOld ? "no API found with those values" : "no Route matched with those values")
        }
        _ = try admit(request, upstream.access)
        return upstream.answer(request, allowed: router.methods(of: request.path))
    }
}
