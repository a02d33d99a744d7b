import FoundationEssentials
import HTTP

/// The answer of Keycloak's token endpoint (RFC 6749 section 5.1), read without a copy of a token in a String, which could not be
/// wiped.
struct KeycloakAnswer {
    let accessToken: Secret
    /// Nil for client credentials, which have none unless the client is configured otherwise.
    let refreshToken: Secret?
    /// The life of the refresh token in seconds, if the answer contains it.
    let refreshLife: Double?
    /// The life of the access token in seconds, if the answer contains it.
    let life: Double?

    /// Nil if the answer is not of this form.
    init?(_ body: [UInt8]) {
        let ranges = ["access_token", "refresh_token"].map { LoginAnswer.range(of: $0, in: body) }
        guard let access = ranges[0] else { return nil }
        var rest: [UInt8] = []
        var position = body.startIndex
        for range in ranges.compactMap({ $0 }).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            rest += body[position..<range.lowerBound]
            position = range.upperBound
        }
        rest += body[position...]
        // Without the tokens the answer must be JSON with empty tokens in those very places.
        guard let fields = try? JSONDecoder().decode(Fields.self, from: Data(rest)), fields.accessToken.isEmpty,
            fields.refreshToken?.isEmpty ?? true, (fields.refreshToken == nil) == (ranges[1] == nil)
        else { return nil }
        accessToken = Secret(copying: body[access])
        refreshToken = ranges[1].map { Secret(copying: body[$0]) }
        (life, refreshLife) = (fields.expiresIn, fields.refreshExpiresIn)
    }

    private struct Fields: Decodable {
        let accessToken: String
        let refreshToken: String?
        let expiresIn: Double?
        let refreshExpiresIn: Double?

        private enum CodingKeys: String, CodingKey {
            case accessToken = "access_token"
            case refreshToken = "refresh_token"
            case expiresIn = "expires_in"
            case refreshExpiresIn = "refresh_expires_in"
        }
    }
}
