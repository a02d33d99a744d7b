/// A certificate that the CA signed, and what became of it.
struct IssuedCertificate: Codable, Sendable, Equatable {
    /// When and why it was revoked.
    struct Revocation: Codable, Sendable, Equatable {
        /// EJBCA's name of the reason, such as "KEYCOMPROMISE".
        var reason: String
        /// Unix seconds.
        var date: Double
    }

    /// What x509-identity-mgmt keeps of one that it had signed.
    struct Record: Codable, Sendable, Equatable {
        /// SHA-256 of the DER, such as "AA:BB:…".
        var fingerprint: String
        /// The device that it is associated with, which need not be the one in its name.
        var device: String?
        /// Unix seconds.
        var created: Double
        /// When it was associated last; nil where it never was.
        var modified: Double?
    }

    /// Upper-case hex, an even number of digits.
    var serialNumber: String
    /// Whom it was signed for; for x509-identity-mgmt a name of its own that nobody asks for.
    var endEntity: String
    /// The name that the broker knows its holder by.
    var commonName: String
    /// DER in base64, one line.
    var der: String
    /// Its last second, in Unix seconds.
    var notAfter: Int64
    var revocation: Revocation?
    /// nil for those that EJBCA-REST was asked for.
    var record: Record?

    /// What the broker knows its holder by.
    func identity(_ identification: SandboxOptions.Release.Identification) -> String {
        switch identification {
        case .commonName: commonName
        case .fingerprint: record?.fingerprint ?? ""
        }
    }
}
