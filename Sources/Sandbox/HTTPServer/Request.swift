/// A request as the server took it in, whole.
struct Request: Sendable {
    var method: String
    /// The path with its percent-encoding undone, such as "/ca/IOTmidCA".
    var path: String
    /// The query's names and values in order, decoded; a name without "=" has an empty value.
    var query: [(name: String, value: String)] = []
    /// The headers under their names in lower case.
    var headers: [String: String] = [:]
    var body: [UInt8] = []
    /// Whether it came from this machine by a loopback address.
    var isFromLoopback = true

    /// Whether the client means this machine, and no web page of elsewhere sends the request by a browser on this machine: `Host` is a
    /// loopback name or address (a page's own name may lead here by DNS rebinding), and `Origin` is absent or the same.
    var isForLoopback: Bool {
        guard let host = headers["host"] else { return false }
        let end =
            host.hasPrefix("[") ? host.firstIndex(of: "]").map { host.index(after: $0) } : host.firstIndex(of: ":")
        let name = host[..<(end ?? host.endIndex)].lowercased()
        let octets = name.split(separator: ".", omittingEmptySubsequences: false)
        let isLoopback =
            name == "localhost" || name == "[::1]"
            || (octets.count == 4 && octets[0] == "127" && octets.allSatisfy { UInt8($0) != nil })
        return isLoopback && headers["origin"].map { $0 == "http://\(host)" || $0 == "https://\(host)" } ?? true
    }

    /// The first value of a name in the query.
    func query(_ name: String) -> String? { query.first { $0.name == name }?.value }

    /// Whether the query says "true" for the name.
    func flag(_ name: String) -> Bool { query(name) == "true" }

    /// The type of the body without its parameters, in lower case; nil where the client names none.
    var mediaType: String? {
        headers["content-type"].map { type in type.split(separator: ";").first.map { trimmed($0) } ?? "" }
    }

    /// Whether the body is said to be JSON.
    var hasJSONBody: Bool { mediaType == "application/json" }

    private func trimmed(_ text: Substring) -> String { text.filter { $0 != " " && $0 != "\t" }.lowercased() }
}
