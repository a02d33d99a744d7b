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
        let session = try options.login.openSession(at: gateway, over: http, timeout: options.timeout)
        tenant = session.claims.service
        if let other = place.profile?.tenant ?? name.tenant, other != tenant {
            throw Failure(
                .usage, "\(place.shownName) is of the tenant \(other), not of \(tenant), which this user belongs to",
                hint: "log in as a user of \(other): --username NAME")
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

    /// A certificate of the device that holds, by its number.
    func find(_ serial: SerialArgument?) throws -> RevocationPlace.Target? {
        guard let serial else { return nil }
        for endEntity in try platform.requestNames(of: name, tenant: tenant) {
            do throws(DojotError) {
                let certificates = try platform.certificates(endEntity: endEntity)
                if let found = serial.first(in: certificates, \.serialNumber) { return .elsewhere(found) }
            } catch {
                // One of the names that a device may have need not exist.
                guard error.code == .unknownDevice else { throw error }
            }
        }
        return nil
    }

    /// What the platform's revocation list says of a number.
    func revocation(of serial: SerialArgument) throws(DojotError) -> CertificateRevocationList.Entry? {
        serial.entry(in: try platform.revocationList(named: authorityName, isNew: false))
    }

    func revoke(_ certificate: Certificate, reason: RevocationReason) throws -> CertificateRevocation.Outcome {
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
