public import PKI

/// How a connection is secured, in the files and settings of mosquitto_pub(1).
public struct TLSConfiguration: Equatable, Sendable {
    /// The least version of TLS to accept.
    public enum Version: String, CaseIterable, Sendable {
        case v12 = "tlsv1.2"
        case v13 = "tlsv1.3"
    }

    /// A pre-shared key; RFC 4279. It excludes certificates and TLS 1.3.
    public struct PreSharedKey: Equatable, Sendable {
        public var identity: String
        public var key: [UInt8]

        /// - Parameter hexadecimal: the key, two digits a byte, 1 to 256 bytes.
        public init(identity: String, hexadecimal: String) throws(MQTTError) {
            let digits = hexadecimal.compactMap(\.hexDigitValue)
            guard digits.count == hexadecimal.count, !digits.isEmpty, digits.count % 2 == 0, digits.count <= 512 else {
                throw MQTTError(.tlsSettings, "the pre-shared key is not an even number of hexadecimal digits")
            }
            self.identity = identity
            key = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
        }
    }

    /// A revocation list, and where it is from.
    public struct RevocationList: Equatable, Sendable {
        public let list: CertificateRevocationList
        public let file: String

        public init(_ list: CertificateRevocationList, file: String) { (self.list, self.file) = (list, file) }
    }

    /// PEM file of the authorities that the broker's certificate may be signed by.
    public var authorityFile: String?
    /// Folder of such files, prepared by openssl-rehash(1).
    public var authorityFolder: String?
    /// Whether the authorities that the system trusts are trusted as well.
    public var trustsSystem = false
    /// The authority's revocation list that the broker's certificate is checked against, and the file that it was read from.
    public var revocationList: RevocationList?
    /// PEM file of our certificate, followed by those that lead to its root where there are any.
    public var certificateFile: String?
    /// PEM file of our private key.
    public var keyFile: String?
    /// Whether the broker's certificate must be for the host name that was asked for; without it, any host may answer.
    public var checksHostName = true
    public var minimumVersion: Version = .v12
    /// Ciphers of TLS 1.2 and before, as openssl-ciphers(1) writes them.
    public var ciphers: String?
    /// The application protocol to ask for; RFC 7301.
    public var applicationProtocol: String?
    public var preSharedKey: PreSharedKey?
    /// Whether a broker whose certificate fails its checks is spoken to all the same, with what it failed on noted: for a probe alone.
    var toleratesServer = false

    public init(authorityFile: String? = nil, certificateFile: String? = nil, keyFile: String? = nil) {
        self.authorityFile = authorityFile
        self.certificateFile = certificateFile
        self.keyFile = keyFile
    }
}
