/// A certificate that the CA signed, and what became of it.
struct IssuedCertificate: Codable, Sendable, Equatable {
    /// When and why it was revoked.
    struct Revocation: Codable, Sendable, Equatable {
        /// EJBCA's name of the reason, such as "KEYCOMPROMISE".
        var reason: String
        /// Unix seconds.
        var date: Double
    }

    /// Upper-case hex, an even number of digits.
    var serialNumber: String
    var endEntity: String
    /// The name that the broker knows its holder by.
    var commonName: String
    /// DER in base64, one line.
    var der: String
    /// Its last second, in Unix seconds.
    var notAfter: Int64
    var revocation: Revocation?
}
