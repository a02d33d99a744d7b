/// Names of the statuses that dojot's gateway answers with (RFC 9110 section 15, RFC 6585).
public enum HTTPStatus {
    /// "503 Service Unavailable"; the number alone where it has no name here.
    public static func phrase(_ status: Int) -> String {
        guard let name = names[status] else { return String(status) }
        return "\(status) \(name)"
    }

    private static let names = [
        200: "OK", 201: "Created", 204: "No Content", 301: "Moved Permanently", 302: "Found", 303: "See Other",
        304: "Not Modified", 307: "Temporary Redirect", 308: "Permanent Redirect", 400: "Bad Request",
        401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
        407: "Proxy Authentication Required", 408: "Request Timeout", 409: "Conflict", 413: "Content Too Large",
        415: "Unsupported Media Type", 422: "Unprocessable Content", 429: "Too Many Requests",
        500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable",
        504: "Gateway Timeout",
    ]
}
