import FoundationEssentials
import HTTP

/// What a refusal of Keycloak's token endpoint means: `{"error": …, "error_description": …}` (RFC 6749 section 5.2).
///
/// The descriptions are those of Keycloak 12 to 16, which dojot 1.0-rc has (dojot/dojot, iam/keycloak/Dockerfile; keycloak/keycloak,
/// TokenEndpoint.java, ClientIdAndSecretAuthenticator.java, ValidatePassword.java).
struct KeycloakErrorMapping {
    private let error: String
    private let description: String

    /// Nil if the content is not of this form.
    init?(_ response: HTTPResponse) {
        guard let content = try? JSONDecoder().decode(Content.self, from: Data(response.body)) else { return nil }
        (error, description) = (content.error, content.description ?? "")
    }

    /// Keycloak's own words, fit for display.
    var shown: String { ServerText.cleaned(description.isEmpty ? error : "\(error): \(description)") }

    /// Whether Keycloak says that there is no such realm: 404 `{"error": "Realm does not exist"}`.
    static func isUnknownRealm(_ response: HTTPResponse) -> Bool {
        guard response.status == 404, let error = KeycloakErrorMapping(response) else { return false }
        return error.says("realm")
    }

    /// The cause as one of ours.
    func meaning(
        for grant: KeycloakLogin.Grant, of login: PlatformLogin
    ) -> (code: DojotError.Code, reason: String) {
        let client = "client \(ServerText.quoted(login.clientID))"
        switch error {
        case "invalid_grant": return invalidGrant(grant)
        case "invalid_client", "unauthorized_client":
            if says("direct access grant") {
                let way = login.clientSecret == nil ? "" : "; without a user name it logs in itself"
                return (.clientRefused, "the \(client) may not log in users with a password\(way)")
            }
            if says("service account") { return (.noServiceAccount, "the \(client) has no service account") }
            if login.clientSecret == nil, says("secret") {
                return (.wrongClientSecret, "the \(client) needs a secret")
            }
            if says("client secret") { return (.wrongClientSecret, "the secret of the \(client) is wrong") }
            guard login.clientSecret != nil, !says("not enabled"), !says("disabled"), !says("not found") else {
                return (.clientRefused, "the \(client) is unknown or disabled")
            }
            return (.wrongClientSecret, "the \(client) is unknown or disabled, or its secret is wrong")
        case "invalid_request" where says("https"): return (.requestRefused, "the tenant wants HTTPS")
        case "access_denied" where says("realm"): return (.unknownTenant, "the tenant is disabled")
        default: return (.requestRefused, "Keycloak refuses the login")
        }
    }

    private func invalidGrant(_ grant: KeycloakLogin.Grant) -> (code: DojotError.Code, reason: String) {
        switch grant {
        case .refreshToken: (.unauthorized, "the login has expired")
        case .clientCredentials: (.forbidden, "the login is refused")
        case .password where says("fully set up"):
            (.accountNotReady, "the user must set up the account first, such as change the first password")
        case .password where says("disabled"): (.unauthorized, "the user is disabled")
        case .password: (.forbidden, "wrong user name or password")
        }
    }

    private func says(_ part: String) -> Bool { "\(error) \(description)".lowercased().contains(part) }

    private struct Content: Decodable {
        let error: String
        let description: String?

        private enum CodingKeys: String, CodingKey {
            case error
            case description = "error_description"
        }
    }
}
