import CommandLineKit

/// Where a broker is: a host, and its port where it is not the usual one.
struct BrokerAddress: ExpressibleByArgument {
    let host: String
    /// TCP port, 1 to 65535.
    let port: Int?

    /// Reads "host", "host:port", "[IPv6]:port" or a bare IPv6 address.
    init(argument: String) throws(UsageError) {
        if argument.contains("://") {
            throw UsageError("'\(argument)' is no HOST[:PORT]: it is a URL", hint: BrokerHost.hint(for: argument))
        }
        var host = argument[...]
        var port: Substring?
        if argument.hasPrefix("["), let end = argument.firstIndex(of: "]") {
            host = argument[argument.index(after: argument.startIndex)..<end]
            let rest = argument[argument.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { throw UsageError("'\(argument)' is no HOST[:PORT]") }
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else if argument.split(separator: ":", omittingEmptySubsequences: false).count == 2,
            let colon = argument.firstIndex(of: ":")
        {
            host = argument[..<colon]
            port = argument[argument.index(after: colon)...]
        }
        self.host = String(host)
        if let problem = BrokerHost.problem(of: self.host) {
            let reason = host.isEmpty ? "there is no host in it" : problem
            throw UsageError("'\(argument)' is no HOST[:PORT]: \(reason)")
        }
        guard let port else {
            self.port = nil
            return
        }
        guard let number = Int(port), (1...65_535).contains(number) else {
            throw UsageError("'\(port)' is no port: 1 to 65535 are")
        }
        self.port = number
    }
}
