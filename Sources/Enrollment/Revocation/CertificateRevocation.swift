public import Dojot
public import PKI

/// Taking a certificate back at the platform; to ask again for what is done already does no harm.
public struct CertificateRevocation {
    /// What came of it.
    public enum Outcome: Equatable, Sendable {
        case revoked
        /// It had been before, for that reason where the platform tells it.
        case wasRevoked(RevocationReason?)
    }

    private let certificate: Certificate
    private let authorityName: String
    private let reason: RevocationReason

    /// - Parameters:
    ///   - authorityName: the CA that signed it.
    ///   - reason: why; generation B of the platform keeps none.
    public init(_ certificate: Certificate, authorityName: String, reason: RevocationReason) {
        self.certificate = certificate
        self.authorityName = authorityName
        self.reason = reason
    }

    /// Has the platform revoke it. An answer that was lost, and a refusal of what is done already, are told from a failure by what the
    /// platform says of the certificate then.
    ///
    /// - Throws: `.platform`, with `.unknownCertificate` where the platform has none such.
    @discardableResult
    public func run(on platform: any CertificateAuthority) throws(EnrollmentError) -> Outcome {
        do throws(DojotError) {
            try platform.revoke(certificate, caName: authorityName, reason: reason)
            return .revoked
        } catch {
            guard let standing = try? platform.standing(of: certificate, caName: authorityName),
                case .revoked(let reason) = standing.state
            else { throw EnrollmentError(error) }
            return error.code == .unknownCertificate ? .wasRevoked(reason) : .revoked
        }
    }
}
