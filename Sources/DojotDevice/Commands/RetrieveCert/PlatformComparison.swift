import Dojot
import Enrollment
import HTTP
import PKI

/// Compares a complete identity with its platform: the CA's certificate, and, where the platform has such, the association of the
/// certificate with the device.
struct PlatformComparison {
    private let certificate: Certificate
    private let profile: Profile
    private let folder: IdentityFolder

    init(_ certificate: Certificate, _ profile: Profile, in folder: IdentityFolder) {
        (self.certificate, self.profile, self.folder) = (certificate, profile, folder)
    }

    /// Compares, and sets the association where it is missing. Nothing is compared without a login, or where the platform cannot
    /// be reached: the files are complete all the same.
    ///
    /// - Returns: whether the association was missing.
    /// - Throws: `EnrollmentError` of code `.authorityDiffers`; `Failure` where the platform does not have the certificate, `DojotError`
    ///   where it refuses.
    func run(at gateway: Gateway, _ command: RetrieveCert) throws -> Bool {
        let credentials: LoginOptions.Credentials
        do throws(Failure) {
            credentials = try command.gateway.login.credentials()
        } catch {
            guard error.exitCode == .usage else { throw error }
            Console.note("without a login the identity is not compared with the platform")
            return false
        }
        do {
            return try compare(at: gateway, command, with: credentials)
        } catch let error as DojotError where error.isTemporary {
            Console.warning("the identity is not compared with the platform: \(error.message)")
            return false
        }
    }

    /// Checks that the CA is the one that signed the identity. Another one is there after a sandbox was started anew without `--dir`.
    private func check(_ authority: Certificate, _ command: RetrieveCert) throws {
        let hint = CommandContext.current.retrieval(of: command.device, isNew: true)
        do throws(EnrollmentError) {
            try folder.check(accepts: authority, named: profile.ca)
        } catch {
            guard error.code == .authorityDiffers else { throw error }
            throw Failure(
                .cannotCreate, "\(error.message): the platform was set up anew, or its CA was replaced", hint: hint)
        }
        // The CA's file keeps the former CA while a generation for --rollback needs it.
        guard !certificate.isSigned(by: authority) else { return }
        throw Failure(
            .dataError,
            "the certificate of \(profile.device) is signed by a former CA, not by the one that the gateway has now",
            hint: hint)
    }

    private func compare(
        at gateway: Gateway, _ command: RetrieveCert, with credentials: LoginOptions.Credentials
    ) throws -> Bool {
        let options = command.gateway
        let http = HTTPClient(trust: options.https.trust())
        let source = try options.login.source(with: credentials, at: gateway, LoginHint(profile))
        let session = try options.login.openSession(from: source, over: http, timeout: options.timeout)
        guard session.claims.service == profile.tenant else {
            throw Failure(
                .usage,
                "\(profile.device) is of the tenant \(profile.tenant), not of \(session.claims.service), which this user belongs to",
                hint: "log in as a user of \(profile.tenant), with --username")
        }
        let authorities = command.platform.authorities(
            at: gateway, session: session, http: http, timeout: options.timeout, known: profile.platform)
        for authority in authorities {
            try check(authority.caCertificate(named: profile.ca), command)
            guard let x509 = authority as? X509CertificateAuthority else { continue }
            do throws(DojotError) {
                return try x509.associate(certificate, with: DeviceName(profile.device))
            } catch {
                guard error.code == .unknownCertificate else { throw error }
                throw Failure(
                    .dataError,
                    "the platform has no certificate \(certificate.serialNumber) of \(profile.device): it was revoked, or the"
                        + " platform is another one",
                    hint: CommandContext.current.retrieval(of: command.device, isNew: true))
            }
        }
        return false
    }
}

extension DojotError {
    /// Whether the platform did not answer, or not for now.
    fileprivate var isTemporary: Bool {
        switch code {
        case .transport, .unavailable, .rateLimited, .serverFailure: true
        default: false
        }
    }
}
