import CommandLineKit
import Sandbox

/// What a person reads when the sandbox is ready.
enum Welcome {
    /// - Parameter hasLoginClient: whether users can log in with a password, for which dojot 1.0 needs an enabled client.
    static func text(_ summary: SandboxSummary, hasLoginClient: Bool) -> String {
        let device = summary.devices.first ?? "DEVICE"
        let shown = summary.devices.prefix(8).joined(separator: " ")
        let more = summary.devices.count > 8 ? " … (\(summary.devices.count) in all)" : ""
        let https = summary.https.map { "\n  https        \($0) (CA in \((summary.httpsCA ?? "").printable))" } ?? ""
        let others = summary.brokers.dropFirst().map { "\n               \($0)" }.joined()
        let unsecured = summary.mqtt.map { "\n  without TLS  \($0)" } ?? ""
        return """
            dojot sandbox is ready.
              gateway      \(summary.gateway)\(https)
              broker       \(summary.mqtts) (MQTT over TLS)\(others)\(unsecured)
              tenant       \(summary.tenant)
              user         \(summary.username.printable), password \(summary.password.printable)
              CA           \(summary.ca)
              release      \(release(summary))
              devices      \(shown)\(more)
              folder       \(summary.dir.printable)

            \(hasLoginClient ? "" : noClient)Next, in another terminal:
              dojot-device retrieve-cert \(gateway(summary)) \(device) \(summary.ca)\(trust(summary))\(broker(summary))

            Ctrl-C stops it.

            """
    }

    private static let noClient = """
        As after the installation of dojot 1.0, no client lets users log in with a password: start the sandbox with
        --enable-dev-test-cli, or with --client for a machine.


        """

    private static func release(_ summary: SandboxSummary) -> String {
        let api = summary.release == "0.4" ? "EJBCA-REST" : "x509-identity-mgmt"
        let broker = summary.brokerKind == "mosca" ? "Mosca" : "VerneMQ"
        return "dojot \(summary.release): \(api), \(broker)'s topics"
    }

    /// The gateway by the name that the broker's certificate bears by itself: retrieve-cert takes the broker's host from it.
    private static func gateway(_ summary: SandboxSummary) -> String {
        if let https = summary.https { return https }
        let loopback = "http://127.0.0.1:"
        guard summary.gateway.hasPrefix(loopback) else { return summary.gateway }
        return "http://localhost:" + summary.gateway.dropFirst(loopback.count)
    }

    private static func trust(_ summary: SandboxSummary) -> String {
        summary.httpsCA.map { " --https-ca \($0.shellWord)" } ?? ""
    }

    /// Said only where it is not the host, the port and the kind that retrieve-cert takes by itself.
    private static func broker(_ summary: SandboxSummary) -> String {
        let host = gateway(summary).drop { $0 != "/" }.drop { $0 == "/" }.prefix { $0 != ":" }
        let address = summary.mqtts == "\(host):8883" ? "" : " --broker \(summary.mqtts)"
        let isUsual = (summary.release == "0.4") == (summary.brokerKind == "mosca")
        return isUsual ? address : address + " --broker-kind \(summary.brokerKind)"
    }
}
