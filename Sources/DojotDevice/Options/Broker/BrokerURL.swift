import CommandLineKit

/// `mqtt[s]://[user[:password]@]host[:port]/topic`, as mosquitto_pub's `-L` takes it.
struct BrokerURL: ExpressibleByArgument {
    let text: String
    let isSecure: Bool
    let username: String?
    let password: String?
    let host: String
    let port: UInt16
    let topic: String

    static let valueName = "url"

    init(argument: String) throws(UsageError) {
        text = argument
        let lowered = argument.lowercased()
        let scheme = lowered.hasPrefix("mqtts://") ? 8 : lowered.hasPrefix("mqtt://") ? 7 : 0
        let shown = Authority.shown(argument)
        guard scheme > 0 else { throw UsageError("'\(shown)' begins neither with mqtt:// nor with mqtts://") }
        isSecure = scheme == 8
        let rest = argument.dropFirst(scheme)
        guard let slash = rest.firstIndex(of: "/") else { throw UsageError("'\(shown)' has no topic") }
        // What follows the slash is the topic: one that begins with a slash has two there.
        topic = String(rest[rest.index(after: slash)...])
        guard !topic.isEmpty else { throw UsageError("'\(shown)' has no topic") }
        let authority = try Authority(rest[..<slash], in: argument)
        username = authority.username
        password = authority.password
        host = authority.host
        port = authority.port ?? (isSecure ? 8883 : 1883)
    }
}

/// `[user[:password]@]host[:port]`.
struct Authority {
    let username: String?
    let password: String?
    let host: String
    let port: UInt16?

    init(_ text: Substring, in whole: String) throws(UsageError) {
        var address = text
        var credentials: Substring?
        if let at = text.lastIndex(of: "@") {
            credentials = text[..<at]
            address = text[text.index(after: at)...]
        }
        let parts = credentials?.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        username = try parts.map { words throws(UsageError) in try Self.decoded(words[0], in: whole) }
        password = try parts.flatMap { words throws(UsageError) in
            words.count > 1 ? try Self.decoded(words[1], in: whole) : nil
        }
        let isWhole = credentials != nil || !whole.contains("@")
        do {
            let broker = try BrokerAddress(argument: String(address))
            host = broker.host
            port = broker.port.map { UInt16(clamping: $0) }
        } catch {
            // A password with a slash in it ends the authority too early: what is taken for a host is no host then, and not to be shown.
            guard !isWhole else { throw error }
            throw UsageError(
                "'\(Self.shown(whole))' has no host", hint: "write a / in a user name or a password as %2F")
        }
    }

    /// A URL as it may be shown: without user and password.
    static func shown(_ url: String) -> String {
        guard let at = url.lastIndex(of: "@") else { return url }
        let start = url.firstRange(of: "://")?.upperBound ?? url.startIndex
        return start > at ? url : "\(url[..<start])…\(url[at...])"
    }

    /// Percent-decoded; RFC 3986, section 2.1.
    private static func decoded(_ text: Substring, in whole: String) throws(UsageError) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, let value = UInt8(digits, radix: 16) else {
                throw UsageError("'\(shown(whole))' has a % that no two hexadecimal digits follow")
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
