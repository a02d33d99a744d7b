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

    /// How its user logged in, so that later commands need no option for it; no secret.
    public struct Login: Codable, Equatable, Sendable {
        public var method: PlatformLogin.Method
        /// Keycloak's client.
        public var clientID: String?

        /// Nil for the login up to dojot 0.8, which needs nothing.
        public init?(_ session: Session) {
            guard session.claims.isKeycloak else { return nil }
            (method, clientID) = (.keycloak, session.claims.clientID)
        }
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
    /// Nil up to dojot 0.8.
    public var login: Login?
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
        func text(_ key: CodingKeys) throws -> String {
            try Self.checked(container.decode(String.self, forKey: key), key)
        }
        gateway = "\(try Gateway(text(.gateway)))"
        tenant = try name(.tenant)
        device = try name(.device)
        commonName = try text(.commonName)
        ca = try name(.ca)
        platform = try container.decode(PlatformGeneration.self, forKey: .platform)
        login = try container.decodeIfPresent(Login.self, forKey: .login)
        broker = try container.decode(Broker.self, forKey: .broker)
        certificate = try container.decode(CertificateSummary.self, forKey: .certificate)
        for text in [broker.host, certificate.serial, certificate.notBefore, certificate.notAfter] {
            _ = try Self.checked(text, .broker)
        }
    }

    /// Refuses what is no name, address, number or time, so that nothing else gets into messages, a key least of all.
    private static func checked(_ text: String, _ key: CodingKeys) throws -> String {
        let longestWord = text.utf8.split { !$0.isLetterOrDigit }.map(\.count).max() ?? 0
        guard text.utf8.count <= 300, longestWord <= 64, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            !text.contains("-----")
        else {
            throw DecodingError.dataCorrupted(.init(codingPath: [key], debugDescription: "no name and no address"))
        }
        return text
    }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
