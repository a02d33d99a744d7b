extension MQTTClient {
    /// Where to connect, as whom, and how.
    public struct Options: Sendable {
        /// A name, an address, or nil with `unixSocket`.
        public var host: String
        public var port: UInt16
        /// Path of a Unix socket, instead of host and port.
        public var unixSocket: String?
        /// nil lets the broker choose one (MQTT 3.1.1, section 3.1.3.1).
        public var clientIdentifier: String?
        public var version: ProtocolVersion = .v311
        public var username: String?
        public var password: String?
        /// Whether the broker forgets an earlier session of this client identifier.
        public var cleanSession = true
        /// Seconds, 5 to 65535, or 0 for none; a peer that is silent for one and a half of them counts as gone.
        public var keepAlive: Int32 = 60
        /// nil connects without TLS.
        public var tls: TLSConfiguration?
        public var will: Will?
        /// Properties of the CONNECT packet (MQTT 5).
        public var connectProperties: [Property] = []
        /// Properties of the DISCONNECT packet (MQTT 5).
        public var disconnectProperties: [Property] = []
        /// A name or address of this machine to connect from.
        public var bindAddress: String?
        public var proxy: SOCKSProxy?
        /// Whether small packets are sent at once (TCP_NODELAY).
        public var noDelay = false
        /// The most messages of QoS 1 and 2 that the broker may have on the way to us; nil for libmosquitto's 20.
        public var receiveMaximum: Int32?
        /// Seconds to the CONNACK, more than 0; for each attempt.
        public var timeout: Double = 30
        /// Whether a connection that is lost is made again; the first is never retried.
        public var reconnects = true
        public var backoff = Backoff()
        /// How many attempts in a row may fail before it is given up; nil for no limit.
        public var maximumReconnects: Int?
        /// Gets libmosquitto's log, line by line.
        public var log: (@Sendable (String) -> Void)?

        public init(host: String, port: UInt16, clientIdentifier: String? = nil) {
            self.host = host
            self.port = port
            self.clientIdentifier = clientIdentifier
        }

        /// Host and port, or the socket, as a message names them.
        public var peer: String { unixSocket ?? (host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)") }
    }

    /// A SOCKS5 proxy that resolves the broker's name itself; RFC 1928, RFC 1929.
    public struct SOCKSProxy: Equatable, Sendable {
        public var host: String
        public var port: UInt16
        public var username: String?
        public var password: String?

        public init(host: String, port: UInt16 = 1080, username: String? = nil, password: String? = nil) {
            self.host = host
            self.port = port
            self.username = username
            self.password = password
        }
    }
}
