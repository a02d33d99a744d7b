/// One request: what to send where.
public struct HTTPRequest: Sendable {
    /// The request methods that dojot's routes know (RFC 9110 section 9, RFC 5789).
    public enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case delete = "DELETE"
        case patch = "PATCH"
    }

    /// What is asked of the resource.
    public var method: Method
    /// An absolute URL with `http` or `https`, without user information: "http://localhost:8000/auth".
    public var url: String
    /// Fields beside those that the client sends by itself (Host, User-Agent, Accept, Content-Length).
    public var headers: HTTPHeaders
    /// A token that goes into the field `Authorization: Bearer` (RFC 6750 section 2.1), and leaves no copy behind.
    public var bearer: Secret?
    /// The content; nil sends none.
    public var body: [UInt8]?
    /// Whether sending it twice does no harm, so that it may be repeated when its answer was lost: true for all but
    /// POST and PATCH (RFC 9110 section 9.2.2) unless set otherwise, as for a login.
    public var mayBeRepeated: Bool

    /// A request; `mayBeRepeated` follows from the method where it is not given.
    public init(
        _ method: Method, _ url: String, headers: HTTPHeaders = [:], bearer: Secret? = nil, body: [UInt8]? = nil,
        mayBeRepeated: Bool? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.bearer = bearer
        self.body = body
        self.mayBeRepeated = mayBeRepeated ?? (method != .post && method != .patch)
    }

    /// Overwrites the content, which holds a secret, and lets it go; nobody else may hold it.
    public mutating func wipeBody() {
        guard var bytes = body else { return }
        body = nil
        Secret.wipe(&bytes)
    }
}
