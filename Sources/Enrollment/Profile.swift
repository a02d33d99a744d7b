public import Dojot

/// What is known of a device besides its key and certificate: where it belongs and how its broker is reached.
///
/// It is kept as `DEVICE.json` beside the certificate. No secret is in it.
public struct Profile: Codable, Equatable, Sendable {
    /// How the platform's broker is reached.
    public struct Broker: Codable, Equatable, Sendable {
        public var host: String
        /// TCP port of MQTT over TLS, 1 to 65535.
        public var port: Int
        public var kind: BrokerKind

        public init(host: String, port: Int, kind: BrokerKind) {
            self.host = host
            self.port = port
            self.kind = kind
        }
    }

    /// The certificate this profile was written for; times are RFC 3339, UTC.
    public struct CertificateSummary: Codable, Equatable, Sendable {
        /// Hexadecimal, upper case.
        public var serial: String
        public var notBefore: String
        public var notAfter: String
    }

    /// The gateway's address, such as `http://localhost:8000`.
    public var gateway: String
    public var tenant: String
    /// The device's id without its tenant.
    public var device: String
    /// The common name in the certificate: `DEVICE` or `TENANT:DEVICE`.
    public var commonName: String
    /// The CA's name; its certificate is `CANAME.crt` in the same folder.
    public var ca: String
    public var platform: PlatformGeneration
    public var broker: Broker
    public var certificate: CertificateSummary
}

extension Profile {
    /// Reads a profile; anybody may have written the file, and its names go into paths, URLs and topics: they must keep to
    /// `PlatformName`'s rule.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func name(_ key: CodingKeys) throws -> String {
            try PlatformName.check(container.decode(String.self, forKey: key), as: key.stringValue)
        }
        gateway = try container.decode(String.self, forKey: .gateway)
        tenant = try name(.tenant)
        device = try name(.device)
        commonName = try container.decode(String.self, forKey: .commonName)
        ca = try name(.ca)
        platform = try container.decode(PlatformGeneration.self, forKey: .platform)
        broker = try container.decode(Broker.self, forKey: .broker)
        certificate = try container.decode(CertificateSummary.self, forKey: .certificate)
    }
}
