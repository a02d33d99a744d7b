/// What a fault does to an answer.
struct FaultEffects: Sendable, Equatable {
    /// What is wrong with a certificate that the CA signs.
    enum CertificateFault: String, Sendable, CaseIterable {
        case otherKey = "other-key"
        case otherName = "other-name"
        case otherAuthority = "other-ca"
        case expired
        case notYetValid = "not-yet-valid"
    }

    /// How the CA's base64 is broken into lines.
    enum LineBreaks: String, Sendable, CaseIterable {
        case lf
        case crlf
        case none
    }

    /// What stands in the body instead of the answer.
    enum Body: String, Sendable, CaseIterable {
        case html
        case notJSON = "not-json"
        case empty
    }

    /// Answered instead of doing the work.
    var status: Int?
    /// Seconds, as a number in `Retry-After`.
    var retryAfter: Int?
    /// Seconds from now, as an HTTP date in `Retry-After`.
    var retryAfterDate: Int?
    /// Seconds to wait with the answer; infinity for never.
    var delay: Double = 0
    /// The connection is closed before any work is done.
    var reset = false
    /// The work is done and the connection closed with no answer.
    var drop = false
    /// The connection is closed after so many bytes of the body.
    var cut: Int?
    var body: Body?
    /// The signature comes as a PKCS #7 with the certificate in it.
    var asPKCS7 = false
    var lineBreaks = LineBreaks.lf
    var certificate: CertificateFault?
    /// Seconds that a login is good for.
    var tokenLife: Int64?
}
