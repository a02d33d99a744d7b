import Foundation
import HTTP

/// Tokens with the claims that a test wants; their signature is none, since a client cannot check it.
enum TokenMaker {
    static func token(_ payload: String, header: String = #"{"alg":"HS256","typ":"JWT"}"#) -> String {
        [header, payload, "signature"].map { base64url(Array($0.utf8)) }.joined(separator: ".")
    }

    static func token(service: String = "admin", issuedAt: Int64 = 1_700_000_000, life: Int64 = 420) -> String {
        token(
            #"{"service":"\#(service)","username":"admin","userid":1,"profile":"admin","#
                + #""iat":\#(issuedAt),"exp":\#(issuedAt + life),"jti":"x","iss":"y"}"#)
    }

    /// A token as Keycloak issues it.
    static func keycloak(realm: String = "admin", user: String = "admin", issuedAt: Int64 = HTTPDate.now()) -> String {
        token(
            #"{"exp":\#(issuedAt + 300),"iat":\#(issuedAt),"iss":"http://localhost:8000/auth/realms/\#(realm)","#
                + #""azp":"dev-test-cli","preferred_username":"\#(user)","typ":"Bearer"}"#,
            header: #"{"alg":"RS256","typ":"JWT","kid":"k"}"#)
    }

    static func base64url(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
    }
}

extension Secret {
    convenience init(_ text: String) { self.init(copying: text.utf8) }
}
