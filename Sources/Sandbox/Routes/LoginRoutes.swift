/// `POST /auth`: a user's name and password for a token, as dojot's auth service answers it up to 0.8 (dojot/auth, auth/webRoutes.py,
/// auth/controller/AuthenticationController.py, v0.4.0 and v0.8.0).
struct LoginRoutes {
    private struct Token: Encodable {
        let jwt: String
    }

    static func add(to router: inout Router, _ platform: Platform, _ issuer: TokenIssuer) {
        router.on("POST", "/auth", .open) { call throws(Refusal) in
            guard call.request.hasJSONBody else { throw Refusal(400, "invalid mimetype") }
            guard let body = JSON.decode(JSONValue.self, from: call.request.body) else { throw .flask(400) }
            guard case .object(let login) = body else { throw .flask(500) }
            guard let name = login["username"] else { throw Refusal(400, "missing username") }
            guard let password = login["passwd"] else { throw Refusal(400, "missing password") }
            guard case .string(let name) = name, case .string(let password) = password else { throw .flask(500) }
            guard let user = platform.users.first(where: { $0.isNamed(name) }) else {
                throw Refusal(401, "AuthenticationError")
            }
            guard Secret.equal(password, user.password) else { throw Refusal(403, "AuthorizationError") }
            let token = issuer.issue(tenant: platform.options.tenant, user: user, life: call.effects.tokenLife)
            return .json(Token(jwt: token))
        }
    }
}
