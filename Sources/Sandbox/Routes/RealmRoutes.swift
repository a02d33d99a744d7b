/// `/auth/realms/TENANT…`: Keycloak, as Kong serves it under `/auth` (dojot/docker-compose, kong/kong.config.sh, 1.0.0-rc.3).
struct RealmRoutes {
    /// What a client needs to know of a realm (OpenID Connect Discovery 1.0, section 3).
    private struct Configuration: Encodable {
        let issuer: String
        let authorizationEndpoint: String
        let tokenEndpoint: String
        let endSessionEndpoint: String
        let jwksURI: String
        let grantTypesSupported = ["client_credentials", "password", "refresh_token"]
        let responseTypesSupported = ["code"]
        let subjectTypesSupported = ["public"]
        let idTokenSigningAlgorithms = ["RS256"]
        let tokenEndpointAuthMethods = ["client_secret_basic", "client_secret_post"]

        private enum CodingKeys: String, CodingKey {
            case issuer
            case authorizationEndpoint = "authorization_endpoint"
            case tokenEndpoint = "token_endpoint"
            case endSessionEndpoint = "end_session_endpoint"
            case jwksURI = "jwks_uri"
            case grantTypesSupported = "grant_types_supported"
            case responseTypesSupported = "response_types_supported"
            case subjectTypesSupported = "subject_types_supported"
            case idTokenSigningAlgorithms = "id_token_signing_alg_values_supported"
            case tokenEndpointAuthMethods = "token_endpoint_auth_methods_supported"
        }

        init(_ realm: Realm) {
            let protocolURL = realm.issuer + "/protocol/openid-connect"
            issuer = realm.issuer
            authorizationEndpoint = protocolURL + "/auth"
            tokenEndpoint = protocolURL + "/token"
            endSessionEndpoint = protocolURL + "/logout"
            jwksURI = protocolURL + "/certs"
        }
    }

    private struct Keys: Encodable {
        let keys: [RealmKey.PublicKey]
    }

    private struct Summary: Encodable {
        let realm: String
        let publicKey: String
        let tokenService: String
        let accountService: String
        let tokensNotBefore = 0

        private enum CodingKeys: String, CodingKey {
            case realm
            case publicKey = "public_key"
            case tokenService = "token-service"
            case accountService = "account-service"
            case tokensNotBefore = "tokens-not-before"
        }
    }

    static func add(to router: inout Router, _ realm: Realm) {
        let endpoint = TokenEndpoint(realm: realm)
        let base = "/auth/realms/:realm"
        func on(
            _ method: String, _ path: String, _ handle: @escaping @Sendable (Call) throws(Refusal) -> Response
        ) {
            router.on(method, base + path, .open) { call throws(Refusal) in
                guard call.parameter("realm") == realm.name else { throw .error(404, "Realm does not exist") }
                return try handle(call)
            }
        }
        on("GET", "") { _ throws(Refusal) in
            .json(
                Summary(
                    realm: realm.name, publicKey: realm.key.encodedPublicKey,
                    tokenService: realm.issuer + "/protocol/openid-connect", accountService: realm.issuer + "/account"))
        }
        on("GET", "/.well-known/openid-configuration") { _ throws(Refusal) in .json(Configuration(realm)) }
        on("GET", "/protocol/openid-connect/certs") { _ throws(Refusal) in .json(Keys(keys: [realm.key.publicKey])) }
        on("POST", "/protocol/openid-connect/token") { call throws(Refusal) in try endpoint.answer(call) }
        on("POST", "/protocol/openid-connect/logout") { call throws(Refusal) in try endpoint.logOut(call) }
        router.on("GET", "/auth/admin/:realm/console", .open) { call throws(Refusal) in try console(call, realm) }
    }

    /// The page of the administration console, of which only its being there is imitated (AdminRoot.getAdminConsole and
    /// AdminConsole.getMainPage of Keycloak's services).
    private static func console(_ call: Call, _ realm: Realm) throws(Refusal) -> Response {
        guard call.parameter("realm") == realm.name else {
            throw .error(404, "Realm not found.  Did you type in a bad URL?")
        }
        guard call.request.path.hasSuffix("/") else {
            return Response(status: 302, headers: [("Location", call.request.path + "/")])
        }
        return Response(
            headers: [("Content-Type", "text/html;charset=utf-8")],
            body: Array("<!DOCTYPE html>\n<title>Keycloak Administration Console</title>\n".utf8))
    }
}
