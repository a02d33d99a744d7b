/// `POST /auth/realms/TENANT/protocol/openid-connect/token`: tokens for a password, a client's secret or a refresh token (RFC 6749).
///
/// Checks, their order and their words are those of Keycloak 16.1 (org.keycloak.protocol.oidc.endpoints.TokenEndpoint,
/// org.keycloak.authentication.authenticators.client.ClientIdAndSecretAuthenticator,
/// org.keycloak.authentication.authenticators.directgrant.ValidateUsername). The authorization code grant, for which a user needs a
/// browser, is not served.
struct TokenEndpoint: Sendable {
    let realm: Realm

    /// Answers a request for tokens.
    func answer(_ call: Call) throws(Refusal) -> Response {
        let form = try Form(of: call.request)
        guard let grant = form["grant_type"] else {
            throw .oauth("invalid_request", "Missing form parameter: grant_type")
        }
        guard ["password", "client_credentials", "refresh_token"].contains(grant) else {
            throw .oauth("unsupported_grant_type", "Unsupported grant_type")
        }
        let client = try authenticate(form, call.request)
        guard !form.hasDuplicates else { throw .oauth("invalid_request", "duplicated parameter") }
        let tokens: Realm.TokenResponse
        switch grant {
        case "password": tokens = try logIn(form, client, call)
        case "client_credentials": tokens = try logIn(client, call)
        default: tokens = try refresh(form, client, call)
        }
        var response = Response.json(tokens)
        response.headers += [("Cache-Control", "no-store"), ("Pragma", "no-cache")]
        return response
    }

    /// Ends the session of a refresh token: `POST …/logout`.
    func logOut(_ call: Call) throws(Refusal) -> Response {
        let form = try Form(of: call.request)
        let client = try authenticate(form, call.request)
        guard let token = form["refresh_token"] else { throw .oauth("invalid_request", "No refresh token") }
        do throws(Realm.RefreshFailure) { try realm.close(token, client: client) } catch {
            throw .oauth("invalid_grant", error.rawValue)
        }
        return Response(status: 204)
    }

    /// The client of a request, by its id and secret in the form or in HTTP Basic.
    private func authenticate(_ form: Form, _ request: Request) throws(Refusal) -> RealmClient {
        let basic = request.basicCredentials
        guard let id = form["client_id"] ?? basic?.name, let client = realm.clients.first(where: { $0.id == id }) else {
            throw .oauth("invalid_client", "Invalid client credentials", status: 401)
        }
        guard client.isEnabled else { throw .oauth("unauthorized_client", "Invalid client credentials") }
        guard let secret = client.secret else { return client }
        guard let given = form["client_secret"] ?? basic?.password else {
            throw .oauth("unauthorized_client", "Client secret not provided in request", status: 401)
        }
        guard Secret.equal(given, secret) else {
            throw .oauth("unauthorized_client", "Invalid client secret", status: 401)
        }
        return client
    }

    private func logIn(_ form: Form, _ client: RealmClient, _ call: Call) throws(Refusal) -> Realm.TokenResponse {
        guard client.allowsDirectAccess else {
            throw .oauth("unauthorized_client", "Client not allowed for direct access grants")
        }
        guard let name = form["username"] else {
            throw .oauth("invalid_request", "Missing parameter: username", status: 401)
        }
        guard let user = realm.user(named: name), Secret.equal(form["password"] ?? "", user.password) else {
            throw .oauth("invalid_grant", "Invalid user credentials", status: 401)
        }
        guard !user.mustChangePassword else { throw .oauth("invalid_grant", "Account is not fully set up") }
        return realm.open(for: .init(user: user), client: client, call)
    }

    private func logIn(_ client: RealmClient, _ call: Call) throws(Refusal) -> Realm.TokenResponse {
        guard client.secret != nil else {
            throw .oauth("unauthorized_client", "Public client not allowed to retrieve service account", status: 401)
        }
        guard client.hasServiceAccount else {
            throw .oauth("unauthorized_client", "Client not enabled to retrieve service account", status: 401)
        }
        return realm.open(for: .init(user: client.serviceAccount, serviceAccountOf: client), client: client, call)
    }

    private func refresh(_ form: Form, _ client: RealmClient, _ call: Call) throws(Refusal) -> Realm.TokenResponse {
        guard let token = form["refresh_token"] else { throw .oauth("invalid_request", "No refresh token") }
        do throws(Realm.RefreshFailure) { return try realm.refresh(token, client: client, call) } catch {
            throw .oauth("invalid_grant", error.rawValue)
        }
    }
}

extension Refusal {
    /// An error of OAuth 2.0 (RFC 6749, section 5.2).
    static func oauth(_ error: String, _ description: String, status: Int = 400) -> Refusal {
        struct Message: Encodable {
            let error: String
            let description: String

            private enum CodingKeys: String, CodingKey {
                case error
                case description = "error_description"
            }
        }
        return Refusal(.json(Message(error: error, description: description), status: status))
    }

    /// `{"error": …}`, as Keycloak answers what is no OAuth, and the services of dojot's microservice SDK everything
    /// (dojot/dojot-microservice-sdk-js, lib/webUtils/framework/backing/defaultErrorHandler.js).
    static func error(_ status: Int, _ text: String) -> Refusal {
        struct Message: Encodable { let error: String }
        return Refusal(.json(Message(error: text), status: status))
    }
}
