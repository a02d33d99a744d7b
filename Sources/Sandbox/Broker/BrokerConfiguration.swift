import BrokerAccess
import Glibc

/// The files that mosquitto is started with (mosquitto.conf(5)), in a folder of their own:
/// ```
/// mosquitto.conf  access.tsv  control.sock  tls.sock  tcp.sock  mosquitto.db
/// ```
/// The last two sockets stand in for the ports where a relay has those.
struct BrokerConfiguration: Sendable {
    var folder: String
    var address: String
    var securePort: UInt16
    var unsecuredPort: UInt16?
    /// Whether the ports are a relay's, and mosquitto has a socket behind each.
    var isRelayed = false
    var topics: DeviceTopics
    /// By what of a certificate the device is identified.
    var identification: SandboxOptions.Release.Identification
    var authorityFile: String
    var certificateFile: String
    var keyFile: String
    var revocationListFile: String
    /// Whether sessions and queued messages outlive the broker.
    var isPersistent: Bool
    var pluginFile: String

    var file: String { folder + "/mosquitto.conf" }
    var socketFile: String { folder + "/" + Self.socketName }
    var secureSocketFile: String { folder + "/" + Self.secureSocketName }
    var unsecuredSocketFile: String { folder + "/" + Self.unsecuredSocketName }
    var accessFile: String { folder + "/access.tsv" }

    // Named within the folder, where the broker is started: these paths may have no space in them. None is longer than the first.
    private static let socketName = "control.sock"
    private static let secureSocketName = "tls.sock"
    private static let unsecuredSocketName = "tcp.sock"

    /// The most bytes of a unix socket's path (unix(7)), less the byte at its end.
    static let longestSocketPath = 107

    /// Writes mosquitto.conf.
    func write() throws(SandboxError) {
        guard socketFile.utf8.count <= Self.longestSocketPath else {
            throw SandboxError(
                .options, "the path \(socketFile) is too long for a socket", hint: "choose a --dir with a shorter path")
        }
        unlink(socketFile)
        try AtomicFile.write(Array(text.utf8), to: file)
    }

    private var text: String {
        var lines = [
            "# Written by dojot-sandbox at each start.",
            "log_dest stderr",
            "log_type error",
            "log_type warning",
            "log_type notice",
            "log_type information",
            "connection_messages true",
            "allow_anonymous \(unsecuredPort != nil)",
            "plugin \(pluginFile)",
            "plugin_opt_\(AccessControl.fileOption) \(accessFile)",
            "persistence \(isPersistent)",
            "persistence_location \(folder)/",
            "autosave_interval 60",
            "max_queued_messages 100000",
        ]
        // Left to drop root's rights by itself, mosquitto would also lose the signal that ends it with its parent.
        if getuid() == 0 { lines.append("user root") }
        lines += ["", "# For the sandbox itself.", "listener 0 \(Self.socketName)"]
        lines += [
            "", "# MQTT over TLS, for whoever has a certificate of the CA; the plugin identifies the device by it.",
            isRelayed ? "listener 0 \(Self.secureSocketName)" : "listener \(securePort) \(address)",
            "cafile \(authorityFile)", "certfile \(certificateFile)", "keyfile \(keyFile)",
            "crlfile \(revocationListFile)",
            "require_certificate true",
        ]
        lines += highestQoS
        if let unsecuredPort {
            lines += ["", "# MQTT without TLS: unsecured mode."]
            lines += [isRelayed ? "listener 0 \(Self.unsecuredSocketName)" : "listener \(unsecuredPort) \(address)"]
            lines += highestQoS
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Mosca grants QoS 1 to whoever subscribes with QoS 2 (calculateGranted in lib/client.js, v2.8.3). It stores a publication of QoS 2 and
    /// never acknowledges it (handleAuthorizePublish); mosquitto closes the connection instead.
    private var highestQoS: [String] { topics.kind == .mosca ? ["max_qos 1"] : [] }
}
