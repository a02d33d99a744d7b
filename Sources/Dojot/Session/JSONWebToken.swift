import FoundationEssentials
public import HTTP

/// A JSON Web Token of dojot's login (RFC 7519), decoded but not verified: only the platform has the key.
public struct JSONWebToken: Sendable, Equatable {
    /// The claims about the user.
    public struct Claims: Sendable, Equatable {
        /// The user's tenant: the claim `service` up to dojot 0.8; with Keycloak the last part of `iss`.
        public let service: String
        /// The user's name, if there is one: the claim `username`, with Keycloak `preferred_username`.
        public let username: String?
        /// Whether Keycloak issued it (dojot 1.0).
        public let isKeycloak: Bool
        /// The Keycloak client that it was issued to: the claim `azp`.
        public let clientID: String?
        /// When it was issued, by the platform's clock, in Unix seconds.
        public let issuedAt: Int64?
        /// When it expires, by the platform's clock, in Unix seconds.
        public let expiresAt: Int64?

        /// For how long it holds from when it was issued, in seconds; nil where it does not tell.
        var life: Double? {
            guard let issuedAt, let expiresAt else { return nil }
            return Double(expiresAt) - Double(issuedAt)
        }
    }

    /// The token as it goes into a request's `Authorization` field; wiped with the last session that has it.
    public let secret: Secret
    /// What it says of its user.
    public let claims: Claims

    /// Reads a token; white space around it, as a file has it, is left out.
    ///
    /// What it says of its user is no secret, nor are the copies that reading it makes: without its signature, which is not copied,
    /// it opens nothing.
    ///
    /// - Throws: `DojotError` with `.invalidToken`; the message does not repeat the token.
    public init(_ given: Secret) throws(DojotError) {
        secret = given.trimmed
        claims = try secret.withBytes(JSONWebToken.claims)
    }

    private static func claims(of token: UnsafeRawBufferPointer) throws(DojotError) -> Claims {
        let parts = token.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, token.allSatisfy(\.isPlain) else {
            throw DojotError(.invalidToken, "the token is no JSON Web Token: it must have three parts in base64url")
        }
        guard let payload = JSONWebToken.decode(parts[1]) else {
            throw DojotError(.invalidToken, "the token is no JSON Web Token: its payload is no base64url")
        }
        guard let fields = try? JSONDecoder().decode(Payload.self, from: payload),
            let tenant = fields.service ?? fields.realm
        else {
            throw DojotError(
                .invalidToken,
                "the token's payload is not dojot's: JSON with \"service\", or with an \"iss\" of Keycloak's")
        }
        let isKeycloak = fields.service == nil
        return Claims(
            service: try PlatformName.check(tenant, as: "the token's tenant"),
            username: isKeycloak ? fields.preferredUsername : fields.username,
            isKeycloak: isKeycloak, clientID: isKeycloak ? fields.azp : nil,
            issuedAt: JSONWebToken.time(fields.iat), expiresAt: JSONWebToken.time(fields.exp))
    }

    /// Whole seconds; nil too for what is no time of any clock, and would overflow what is reckoned with it.
    private static func time(_ seconds: Double?) -> Int64? {
        seconds.flatMap { $0.magnitude < 1e12 ? Int64(exactly: $0) : nil }
    }

    private struct Payload: Decodable {
        let service: String?
        let username: String?
        let iss: String?
        let preferredUsername: String?
        let azp: String?
        let iat: Double?
        let exp: Double?

        private enum CodingKeys: String, CodingKey {
            case service, username, iss, azp, iat, exp
            case preferredUsername = "preferred_username"
        }

        /// The realm, which is dojot's tenant: the last part of `http://HOST/auth/realms/REALM` (Keycloak; dojot's services read
        /// the tenant from it in the same way, dojot/dojot 1.0).
        var realm: String? {
            guard let iss, let start = iss.firstRange(of: "/realms/") else { return nil }
            return String(iss[start.upperBound...])
        }
    }

    /// base64url without padding (RFC 7515 section 2).
    private static func decode(_ text: Slice<UnsafeRawBufferPointer>) -> Data? {
        var standard = text.map { byte in
            byte == UInt8(ascii: "-") ? UInt8(ascii: "+") : byte == UInt8(ascii: "_") ? UInt8(ascii: "/") : byte
        }
        while standard.count % 4 != 0 { standard.append(UInt8(ascii: "=")) }
        return Data(base64Encoded: Data(standard))
    }
}

extension Secret {
    /// Without white space at its ends, as a file has it.
    fileprivate var trimmed: Secret {
        withBytes { bytes in
            func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
            var rest = bytes.drop(while: isBlank)
            while let last = rest.last, isBlank(last) { rest.removeLast() }
            return rest.count == bytes.count ? self : Secret(copying: rest)
        }
    }
}
