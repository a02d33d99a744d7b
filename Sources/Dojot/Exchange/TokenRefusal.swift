/// The refusals of Kong's jwt plugin, which checks the token before any service of dojot sees the request.
///
/// Source: Kong/kong, kong/plugins/jwt/handler.lua and jwt_parser.lua. Up to 2.x a wrong signature or issuer is 403, later 401;
/// failed claims are `{"exp": "token expired"}`. A user without the permission gets 403 without a body (dojot/kong, pepkong).
enum TokenRefusal {
    private static let texts = [
        "invalid signature", "invalid algorithm", "invalid key/secret", "no mandatory '",
        "no credentials found for given",
        "could not find consumer for", "bad token", "unrecognizable token", "multiple tokens provided", "token expired",
        "token not valid yet", "exceeds maximum allowed expiration",
    ]

    /// Whether a response means that another token is needed, not another permission.
    static func matches(_ status: Int, _ words: String) -> Bool {
        guard status == 401 || status == 403 else { return false }
        let lowered = words.lowercased()
        return texts.contains { lowered.contains($0) }
    }

    /// Whether the gateway does not accept the issuer of the token, the name of the platform that Keycloak was installed with: the
    /// jwt-keycloak plugin of dojot/kong 1.0, src/handler.lua and src/validators/issuers.lua.
    static func isAboutIssuer(_ status: Int, _ words: String) -> Bool {
        guard status == 401 || status == 403 else { return false }
        let lowered = words.lowercased()
        return lowered.contains("issuer not allowed") || lowered.contains("public key for issuer")
    }
}
