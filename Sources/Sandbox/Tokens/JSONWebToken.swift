/// A JSON web token (RFC 7519) in its parts, not verified yet.
///
/// It accepts and refuses as Kong's parser does (kong/plugins/jwt/jwt_parser.lua, 0.11.0 and 2.2.0), whose plugins check the tokens of
/// all releases of dojot.
struct JSONWebToken: Sendable {
    /// Why a text is no token, in the words of Kong's parser.
    enum Malformation: String, Error, Equatable {
        case json = "invalid JSON"
        case algorithm = "invalid alg"
        case claims = "invalid claims"
        case signature = "invalid signature"
    }

    private struct Header: Decodable {
        var alg: JSONValue?
    }

    /// The algorithms that Kong's parser knows.
    private static let algorithms: Set<String> = ["HS256", "HS384", "HS512", "RS256", "RS512", "ES256"]

    /// The algorithm that the header names: one that Kong knows.
    let algorithm: String
    /// The claims, in JSON.
    let claims: [UInt8]
    let signature: [UInt8]
    /// What the signature covers.
    let signedContent: [UInt8]

    /// Takes a token apart.
    init(_ text: String) throws(Malformation) {
        let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Base64URL.decode(parts[0]),
            let name = JSON.decode(Header.self, from: header)?.alg, let claims = Base64URL.decode(parts[1])
        else { throw .json }
        guard case .string(let algorithm) = name, Self.algorithms.contains(algorithm) else { throw .algorithm }
        guard case .object? = JSON.decode(JSONValue.self, from: claims) else { throw .claims }
        guard let signature = Base64URL.decode(parts[2]) else { throw .signature }
        self.algorithm = algorithm
        self.claims = claims
        self.signature = signature
        signedContent = Array((parts[0] + "." + parts[1]).utf8)
    }

    /// Writes a token.
    static func text(header: some Encodable, claims: some Encodable, sign: ([UInt8]) -> [UInt8]) -> String {
        let content = Base64URL.encode(JSON.encode(header)) + "." + Base64URL.encode(JSON.encode(claims))
        return content + "." + Base64URL.encode(sign(Array(content.utf8)))
    }
}
