import CommandLineKit

/// A broker's host name or address, without a port: what `-h` takes.
struct BrokerHost: ExpressibleByArgument {
    /// The name, or the address without brackets.
    let name: String

    /// Reads "host", an IPv4 or IPv6 address, or "[IPv6]".
    init(argument: String) throws(UsageError) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, parts[1].allSatisfy(\.isWholeNumber) {
            throw UsageError(
                "'\(argument)' is a host with a port: the port has an option of its own",
                hint: "-h \(String(parts[0]).shellWord) -p \(parts[1])")
        }
        let isBracketed = argument.hasPrefix("[") && argument.hasSuffix("]")
        name = String(isBracketed ? argument.dropFirst().dropLast() : argument[...])
        if let problem = Self.problem(of: name) {
            throw UsageError("'\(argument)' is no host name: \(problem)", hint: Self.hint(for: argument))
        }
    }

    /// What is wrong with a host name or address, to follow after it; nil where nothing is. Names in Unicode (RFC 5890) are accepted.
    static func problem(of name: String) -> String? {
        if name.isEmpty { return "it is empty" }
        if name.contains("://") { return "it is a URL" }
        if name.contains(":") {
            let address = name.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)[0]
            let isAddress = address.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." } && address.contains("::")
            let groups = address.split(separator: ":", omittingEmptySubsequences: false).count
            return isAddress || groups == 8 ? nil : "a \":\" is only in IPv6 addresses"
        }
        if name.hasPrefix(".") || name.hasPrefix("-") { return "it begins with \"\(name.prefix(1))\"" }
        let isAccepted = name.unicodeScalars.allSatisfy {
            $0.isASCII
                ? $0.properties.isAlphabetic || ("0"..."9").contains($0) || ".-_".unicodeScalars.contains($0)
                : !$0.steersTerminals && !$0.properties.isWhitespace
        }
        return isAccepted ? nil : "it may have only letters, digits, \"-\", \"_\" and \".\""
    }

    /// The part of a URL that is meant.
    static func hint(for argument: String) -> String? {
        guard let scheme = argument.firstRange(of: "://") else { return nil }
        let rest = argument[scheme.upperBound...].prefix { $0 != "/" }
        return rest.isEmpty || rest.contains("@") ? nil : "leave out the scheme: \(String(rest).shellWord)"
    }
}
