/// One answer, whole: its status, its fields, its content.
public struct HTTPResponse: Sendable {
    /// The status code, 200 to 599 (RFC 9110 section 15).
    public let status: Int
    /// The fields of the final answer.
    public let headers: HTTPHeaders
    /// The content, at most the client's limit long.
    public internal(set) var body: [UInt8]
    /// How many times the request was sent before this answer was handed over, 1 or more.
    public internal(set) var attempts: Int

    /// An answer made of its parts.
    public init(status: Int, headers: HTTPHeaders, body: [UInt8], attempts: Int = 1) {
        self.status = status
        self.headers = headers
        self.body = body
        self.attempts = attempts
    }

    /// Overwrites the content, which held a secret, and lets it go; nobody else may hold it.
    public mutating func wipeBody() { Secret.wipe(&body) }

    /// The server's clock when it answered, in Unix seconds; nil where the Date field is missing or unreadable.
    public var date: Int64? { headers["Date"].flatMap(HTTPDate.unixSeconds(of:)) }

    /// How many seconds the server asks to wait before the next request (RFC 9110 section 10.2.3), 0 or more; nil where
    /// it asks for nothing. A date is taken against the server's own clock where the answer tells it.
    public var retryAfter: Double? {
        guard let text = headers["Retry-After"] else { return nil }
        if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            return Double(text)
        }
        guard let then = HTTPDate.unixSeconds(of: text) else { return nil }
        return max(0, Double(then - (date ?? HTTPDate.now())))
    }
}
