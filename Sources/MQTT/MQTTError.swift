import Glibc

/// Why a connection, a publication or a subscription failed.
public struct MQTTError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What went wrong, to be compared; its text is stable from release to release.
    public let code: Code
    /// What was tried, on what, and why it failed: lower case, no full stop.
    public let message: String
    /// What to do about it, where that is known.
    public let hint: String?

    public init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    /// The end by a stop signal, and during what.
    public static func stopped(by signal: Int32, _ what: String) -> MQTTError {
        let isTermination = signal == SIGTERM
        return MQTTError(
            isTermination ? .terminated : .interrupted, "ended by \(isTermination ? "SIGTERM" : "SIGINT"): \(what)")
    }

    /// Whether trying again cannot help: a certificate, a name or a permission must change first.
    public var isPermanent: Bool { code.isPermanent }

    public var description: String { message }
}

extension MQTTError {
    /// What went wrong, as a stable text such as "tls.name" or "connack.5"; the same as that of a diagnosis where it finds the same.
    public struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        public let rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }
        private init(_ rawValue: String) { self.rawValue = rawValue }

        public var description: String { rawValue }

        /// An option, a topic or a property that MQTT does not allow.
        public static let invalid = Code("invalid")
        /// A file of keys or certificates that is missing or may not be read.
        public static let fileMissing = Code("file.missing")
        /// A file that holds no certificate or no key.
        public static let fileUnreadable = Code("file.unreadable")
        /// The private key does not belong to the client's certificate.
        public static let keyMismatch = Code("tls.key")
        /// The private key is encrypted.
        public static let keyEncrypted = Code("tls.key-encrypted")
        /// A TLS setting that OpenSSL refuses: ciphers, versions, ALPN, pre-shared key.
        public static let tlsSettings = Code("tls.settings")

        /// The host name has no address.
        public static let nameResolution = Code("dns.unknown")
        /// Nobody listens on the port.
        public static let refused = Code("tcp.refused")
        /// There is no way to the host.
        public static let unreachable = Code("tcp.unreachable")
        /// The SOCKS5 proxy refused, or is none.
        public static let proxy = Code("proxy")
        /// The time limit passed.
        public static let timeout = Code("timeout")

        /// The broker's certificate is not for the host name that was asked for.
        public static let serverName = Code("tls.name")
        /// The broker's certificate is not signed by a certificate authority that is trusted.
        public static let serverUnknownAuthority = Code("tls.ca")
        /// The broker's certificate has expired.
        public static let serverExpired = Code("tls.expired")
        /// The broker's certificate is not valid yet.
        public static let serverNotYetValid = Code("tls.early")
        /// The broker's certificate is on the revocation list of its authority.
        public static let serverRevoked = Code("tls.revoked")
        /// The broker's certificate fails another check.
        public static let serverCertificate = Code("tls.certificate")
        /// The broker says that our certificate is revoked.
        public static let clientRevoked = Code("tls.client.revoked")
        /// The broker refuses our certificate, which has expired.
        public static let clientExpired = Code("tls.client.expired")
        /// The broker refuses our certificate, which is not valid yet.
        public static let clientNotYetValid = Code("tls.client.early")
        /// The broker does not know who signed our certificate, or nobody does.
        public static let clientUnknownAuthority = Code("tls.client.unknown-ca")
        /// The broker asks for a certificate and we have none.
        public static let certificateRequired = Code("tls.client.missing")
        /// The broker refused our certificate for another reason.
        public static let clientCertificate = Code("tls.client.refused")
        /// What answers is no TLS.
        public static let notTLS = Code("tls.none")
        /// The two sides share no TLS version or cipher.
        public static let noCommonProtocol = Code("tls.version")
        /// The peer closed the connection before the end of the TLS handshake.
        public static let handshakeClosed = Code("tls.closed")
        /// Another TLS failure.
        public static let tls = Code("tls.failed")

        /// The connection ended without a reason.
        public static let connectionLost = Code("connection.lost")
        /// The broker ended the connection before its CONNACK.
        public static let closedBeforeConnack = Code("connack.closed")
        /// No connection at the moment.
        public static let notConnected = Code("connection.none")
        /// Another client took over the session.
        public static let takenOver = Code("disconnect.142")
        /// What was received is no MQTT.
        public static let protocolViolation = Code("protocol")
        /// The broker closed the connection in answer to a publication.
        public static let publishRefused = Code("publish.refused")
        /// SIGINT came.
        public static let interrupted = Code("interrupted")
        /// SIGTERM came.
        public static let terminated = Code("terminated")
        /// libmosquitto ran out of memory or failed in another way.
        public static let library = Code("library")

        /// The CONNACK's reason code: 1 to 5 of MQTT 3.1.1, 128 and above of MQTT 5.
        public static func connack(_ reason: Int) -> Code { Code("connack.\(reason)") }
        /// The reason code of a DISCONNECT that the broker sent (MQTT 5).
        public static func disconnect(_ reason: Int) -> Code { Code("disconnect.\(reason)") }
        /// The reason code of a PUBACK, PUBREC or PUBCOMP (MQTT 5).
        public static func publish(_ reason: Int) -> Code { Code("publish.\(reason)") }
        /// The reason code of a SUBACK: 128 and above.
        public static func subscribe(_ reason: Int) -> Code { Code("suback.\(reason)") }

        var isPermanent: Bool {
            switch self {
            case .nameResolution, .refused, .unreachable, .proxy, .timeout, .handshakeClosed, .tls, .connectionLost,
                .closedBeforeConnack, .notConnected, .library, .noCommonProtocol,
                .connack(3), .connack(136), .connack(137), .connack(151), .connack(159),
                .disconnect(137), .disconnect(139), .disconnect(141), .disconnect(150), .disconnect(151),
                .disconnect(152), .disconnect(159), .disconnect(160):
                false
            default: true
            }
        }
    }
}
