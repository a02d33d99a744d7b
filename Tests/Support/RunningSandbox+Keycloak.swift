import Foundation

/// Logging in to a sandbox of dojot 1.0.
extension RunningSandbox {
    /// An answer of Keycloak's token endpoint.
    public struct Tokens: Decodable, Sendable {
        public let accessToken: String
        public let expiresIn: Int
        public let refreshToken: String?
        public let refreshExpiresIn: Int
        public let tokenType: String
        public let sessionState: String?
        public let scope: String
    }

    /// The path of the token endpoint.
    public var tokenPath: String { "/auth/realms/\(ready.tenant)/protocol/openid-connect/token" }

    /// Posts a form with curl and gives status and body.
    public func post(
        _ path: String, form: [(String, String)], headers: [String] = []
    ) throws -> (status: Int, body: String) {
        let fields = form.flatMap { ["--data-urlencode", "\($0.0)=\($0.1)"] }
        let words = ["-sS", "-X", "POST", "-w", "\n%{http_code}", "--max-time", "20"] + headers.flatMap { ["-H", $0] }
        let outcome = try Child.run("/usr/bin/curl", words + fields + [ready.gateway + path], timeout: 25)
        guard outcome.status == 0, let end = outcome.stdout.lastIndex(of: "\n"),
            let status = Int(outcome.stdout[outcome.stdout.index(after: end)...])
        else { throw SupportError("curl POST \(path): status \(outcome.status) \(outcome.stderr)") }
        return (status, String(outcome.stdout[..<end]))
    }

    /// Logs in through Keycloak and gives its tokens: the first user through dev-test-cli, unless the form says otherwise.
    public func tokens(_ form: [(String, String)]? = nil) throws -> Tokens {
        let usual = [
            ("grant_type", "password"), ("client_id", "dev-test-cli"), ("username", ready.username),
            ("password", ready.password),
        ]
        let answer = try post(tokenPath, form: form ?? usual)
        guard answer.status == 200 else { throw SupportError("login: \(answer.status) \(answer.body)") }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Tokens.self, from: Data(answer.body.utf8))
    }
}
