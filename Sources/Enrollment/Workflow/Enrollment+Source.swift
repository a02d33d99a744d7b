public import Dojot
public import PKI

extension Enrollment {
    /// Where the certificate comes from: the generation of the platform that the gateway is of, and its CA.
    public struct Source {
        public let platform: any CertificateAuthority
        /// The CA's own certificate.
        public let certificate: Certificate

        /// A platform, and the CA's certificate that was fetched from it before.
        public init(platform: any CertificateAuthority, certificate: Certificate) {
            (self.platform, self.certificate) = (platform, certificate)
        }
    }

    /// What is known of the source before an enrollment begins.
    enum Origin {
        /// The generations that the gateway may be of, the first to be asked first.
        case asked([any CertificateAuthority])
        case known(Source)
    }

    /// Fetches the CA's certificate where it is not known, and checks that it is valid and that the folder accepts it.
    ///
    /// - Parameter own: the identity's certificate, where only its CA's file is wrong: the CA that signed it comes in its place.
    func findSource(for own: Certificate? = nil) throws(EnrollmentError) -> Source {
        let source =
            switch origin {
            case .known(let source): source
            case .asked(let platforms): try Source(asking: platforms, for: order)
            }
        try IdentityCheck(clockOffset: clockOffset()).check(authority: source.certificate, named: order.authorityName)
        try AuthorityFile(directory: folder.layout.directory, name: order.authorityName)
            .check(
                accepts: source.certificate,
                overwrite: order.overwrite || own?.isSigned(by: source.certificate) == true)
        report(.authorityFetched(source.certificate))
        return source
    }

    /// Has the platform hold the certificate for the device's; the run waits on disk until that is done.
    func associate(_ certificate: Certificate, on source: Source) throws(EnrollmentError) {
        do throws(DojotError) {
            try source.platform.associate(certificate, with: order.name)
        } catch {
            throw EnrollmentError(
                error, code: .notAssociated,
                "the certificate is signed, but not associated with the device, and the broker lets nothing through"
                    + " before it is: \(error.message)")
        }
    }
}

extension Enrollment.Source {
    /// Fetches the CA's certificate, which tells the generation too: the others have no route for it.
    ///
    /// - Parameter platforms: the generations that the gateway may be of, the first to be asked first.
    public init(
        asking platforms: [any CertificateAuthority], for order: Enrollment.Order
    ) throws(EnrollmentError) {
        var refusal: DojotError?
        for platform in platforms {
            do throws(DojotError) {
                self.init(platform: platform, certificate: try platform.caCertificate(named: order.authorityName))
                return
            } catch {
                guard error.code == .noRoute else { throw EnrollmentError(error) }
                refusal = refusal ?? error
            }
        }
        let names = platforms.map(\.platform.serviceName).joined(separator: " nor ")
        guard let refusal else { preconditionFailure("an enrollment was begun without a platform") }
        throw EnrollmentError(
            refusal, code: .noPlatform,
            "\(order.gateway) has no \(names) behind it" + (refusal.serverWords.map { " (it says: \($0))" } ?? ""))
    }
}

extension PlatformGeneration {
    /// Refuses a kind of key that the platform would not sign, before one is made.
    public func check(_ algorithm: KeyAlgorithm) throws(EnrollmentError) {
        guard !accepts(algorithm) else { return }
        let kinds =
            switch self {
            case .ejbca: "RSA keys of 2048 to 8192 bits"
            case .x509: "RSA keys of 2048 to 8192 bits, P-256, P-384 and P-521"
            }
        throw EnrollmentError(
            .keyNotAccepted, "the platform (\(serviceName)) signs no \(algorithm) key: \(kinds) it does")
    }
}
