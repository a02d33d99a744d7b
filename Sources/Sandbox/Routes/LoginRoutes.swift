/// `POST /auth`: a user's name and password for a token.
struct LoginRoutes {
    private struct Login: Decodable {
        let username: String?
        let passwd: String?
    }

    private struct Token: Encodable {
        let jwt: String
    }

    static func add(to router: inout Router, _ platform: Platform) {
        router.on("POST", "/auth", .open) { call throws(Refusal) in
            guard call.request.hasJSONBody else { throw Refusal(400, "invalid mimetype") }
            let login = try call.body(Login.self)
            guard let name = login.username, !name.isEmpty else { throw Refusal(400, "missing username") }
            guard let password = login.passwd, !password.isEmpty else { throw Refusal(400, "missing password") }
            guard let user = platform.users.first(where: { $0.name == name }) else {
                throw Refusal(401, "not authorized")
            }
            guard Secret.equal(password, user.password) else { throw Refusal(403, "password mismatch") }
            let token = platform.tokens.issue(
                tenant: platform.options.tenant, user: user, life: call.effects.tokenLife)
            return .json(Token(jwt: token))
        }
    }
}
