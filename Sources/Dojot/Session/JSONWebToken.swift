import FoundationEssentials
public import HTTP

/// A JSON Web Token as dojot's login gives it (RFC 7519), read but not checked: its key is the platform's.
public struct JSONWebToken: Sendable, Equatable {
    /// What the token says of its user.
    public struct Claims: Sendable, Equatable {
        /// The user's tenant.
        public let service: String
        /// The user's name, where the token tells it.
        public let username: String?
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
        guard let fields = try? JSONDecoder().decode(Payload.self, from: payload) else {
            throw DojotError(.invalidToken, "the token's payload is not what dojot puts in it: JSON with \"service\"")
        }
        return Claims(
            service: try PlatformName.check(fields.service, as: "the token's tenant"), username: fields.username,
            issuedAt: JSONWebToken.time(fields.iat), expiresAt: JSONWebToken.time(fields.exp))
    }

    /// Whole seconds; nil too for what is no time of any clock, and would overflow what is reckoned with it.
    private static func time(_ seconds: Double?) -> Int64? {
        seconds.flatMap { $0.magnitude < 1e12 ? Int64(exactly: $0) : nil }
    }

    private struct Payload: Decodable {
        let service: String
        let username: String?
        let iat: Double?
        let exp: Double?
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
