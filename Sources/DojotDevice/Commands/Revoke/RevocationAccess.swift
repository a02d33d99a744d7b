import Dojot
import Enrollment
import HTTP
import PKI

/// The platform's side of a revocation.
struct RevocationAccess {
    private let platform: any CertificateAuthority
    private let authorityName: String
    private let name: DeviceName
    private let tenant: String

    /// Logs in, and finds out which generation the platform is of, where neither an option nor a profile tells.
    init(_ command: Revoke, _ place: RevocationPlace, authorityName: String) throws {
        let options = command.platform
        name = place.name
        self.authorityName = authorityName
        let gateway = try options.gateway(for: name)
        let http = HTTPClient(trust: options.https.trust())
        let session = try options.login.openSession(
            at: gateway, LoginHint(name, place.profile), over: http, timeout: options.timeout)
        tenant = session.claims.service
        if let other = place.profile?.tenant ?? name.tenant, other != tenant {
            throw Failure(
                .usage, "\(place.shownName) is of the tenant \(other), not of \(tenant), which this user belongs to",
                hint: "log in as a user of \(other), with --username")
        }
        let platforms = command.platformGeneration.authorities(
            at: gateway, session: session, http: http, timeout: options.timeout, known: place.profile?.platform)
        platform = try Self.first(of: platforms, authorityName)
    }

    /// Whether the platform takes in why a certificate is revoked.
    var keepsReason: Bool { platform.platform == .ejbca }

    /// The generation that has the CA: the others have no route for it.
    private static func first(
        of platforms: [any CertificateAuthority], _ authorityName: String
    ) throws(DojotError) -> any CertificateAuthority {
        for platform in platforms.dropLast() {
            do throws(DojotError) {
                _ = try platform.caCertificate(named: authorityName)
                return platform
            } catch {
                guard error.code == .noRoute else { throw error }
            }
        }
        guard let last = platforms.last else { preconditionFailure("there is no generation of the platform to ask") }
        return last
    }

    /// A valid certificate of the device, by its number.
    ///
    /// Some releases of EJBCA-REST answer 500 where a device's certificates are listed: then the number alone must do.
    func find(_ serial: SerialArgument?, in place: RevocationPlace) throws -> RevocationPlace.Target? {
        guard let serial else { return nil }
        for endEntity in try platform.requestNames(of: name, tenant: tenant) {
            do throws(DojotError) {
                let certificates = try platform.certificates(endEntity: endEntity)
                if let found = serial.first(in: certificates, \.serialNumber) { return .elsewhere(found) }
            } catch {
                if error.code == .serverFailure, let ejbca = platform as? EJBCACertificateAuthority {
                    Console.note(
                        "the platform does not list the certificates of \(name) (\(error.message)): going by the number"
                    )
                    return try find(serial, on: ejbca, in: place)
                }
                // One of the names that a device may have need not exist.
                guard error.code == .unknownDevice else { throw error }
            }
        }
        return nil
    }

    /// A certificate of the CA that is not revoked, whichever device's it is. Whether it exists only its revocation tells: EJBCA-REST
    /// says of any number that it is not revoked, or fails with 500.
    private func find(
        _ serial: SerialArgument, on ejbca: EJBCACertificateAuthority, in place: RevocationPlace
    ) throws -> RevocationPlace.Target? {
        let authority =
            try place.store.authorities(named: authorityName).first ?? ejbca.caCertificate(named: authorityName)
        for number in serial.candidates {
            do throws(DojotError) {
                if case .revoked = try ejbca.state(of: number, issuedBy: authority.subject) { return nil }
            } catch {
                guard error.code == .serverFailure else { throw error }
            }
        }
        return .unlisted(serial.candidates, issuer: authority.subject)
    }

    /// What the platform's revocation list says of a number; nil also where the list is not to be believed.
    func revocation(of serial: SerialArgument) throws(DojotError) -> CertificateRevocationList.Entry? {
        let list = try platform.revocationList(named: authorityName, isNew: false)
        guard let entry = serial.entry(in: list) else { return nil }
        let authority = try platform.caCertificate(named: authorityName)
        return list.problem(trusting: [authority], at: Timestamp.now.unixSeconds) == nil ? entry : nil
    }

    /// Revokes what was found.
    ///
    /// - Returns: what came of it, and the certificate's number.
    func revoke(
        _ target: RevocationPlace.Target, reason: RevocationReason
    ) throws -> (outcome: CertificateRevocation.Outcome, serial: SerialNumber) {
        let certificate: Certificate
        switch target {
        case .unlisted(let numbers, let issuer): return (.revoked, try revoke(numbers, of: issuer, reason))
        case .inPlace(let found), .elsewhere(let found): certificate = found
        case .previous(let identity): certificate = identity.certificate
        }
        return (try revoke(certificate, reason), certificate.serialNumber)
    }

    /// Revokes the first of these numbers that is a certificate's.
    private func revoke(
        _ numbers: [SerialNumber], of issuer: DistinguishedName, _ reason: RevocationReason
    ) throws -> SerialNumber {
        guard let ejbca = platform as? EJBCACertificateAuthority else { preconditionFailure("only EJBCA has these") }
        var refusal: DojotError?
        for number in numbers {
            do throws(DojotError) {
                try ejbca.revoke(number, of: issuer, reason: reason)
                return number
            } catch {
                guard error.code == .unknownCertificate else { throw error }
                refusal = refusal ?? error
            }
        }
        throw refusal ?? DojotError(.unknownCertificate, "there is no such certificate")
    }

    private func revoke(
        _ certificate: Certificate, _ reason: RevocationReason
    ) throws(EnrollmentError) -> CertificateRevocation.Outcome {
        try CertificateRevocation(certificate, authorityName: authorityName, reason: reason).run(on: platform)
    }

    /// Fetches the CA's list anew.
    ///
    /// - Returns: its file; nil where the CA's certificate is not here, so that there is nothing to keep fresh.
    func refreshRevocationList(_ place: RevocationPlace) throws(EnrollmentError) -> String? {
        let file = RevocationListFile(directory: place.store.directory, authorityName: authorityName)
        guard file.canBeChecked else { return nil }
        try file.refresh(from: platform, isNew: true)
        return file.path
    }
}
