import CommandLineKit
import MQTT

/// `socks5h://[user[:password]@]host[:port]`.
struct ProxyURL: ExpressibleByArgument {
    let text: String
    let proxy: MQTTClient.SOCKSProxy

    static let valueName = "url"

    /// Whether a password is in the URL.
    var hasPassword: Bool { proxy.password?.isEmpty == false }

    /// The URL before and after its password, which ends at the last "@".
    var partsAroundPassword: (before: String, after: String) {
        let start = text.firstRange(of: "://")?.upperBound ?? text.startIndex
        guard let at = text.lastIndex(of: "@"), let colon = text[start..<at].firstIndex(of: ":") else {
            return (text, "")
        }
        return (String(text[...colon]), String(text[at...]))
    }

    init(argument: String) throws(UsageError) {
        let scheme = "socks5h://"
        guard argument.hasPrefix(scheme) else {
            throw UsageError("'\(Authority.shown(argument))' does not begin with \(scheme)")
        }
        let authority = try Authority(argument.dropFirst(scheme.count), in: argument)
        text = argument
        proxy = MQTTClient.SOCKSProxy(
            host: authority.host, port: authority.port ?? 1080, username: authority.username,
            password: authority.username == nil ? nil : authority.password ?? "")
    }
}
