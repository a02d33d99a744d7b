public import Dojot
import Glibc
public import PKI

/// What a folder holds of one device, whole or not, as it was found at one moment.
public struct StoredIdentity: Sendable {
    /// Something that is missing or wrong; these names are stable, `status --json` prints them. The worst come first.
    public enum Flaw: String, CaseIterable, Sendable {
        /// Others may write to the folder it is in, or it is another user's: the key may not be ours any more.
        case folderOpen = "folder-open"
        /// This user may not read its folder.
        case permissionDenied = "permission-denied"
        /// Its files in `.identities` are missing: the visible names are links that lead nowhere.
        case filesMissing = "files-missing"
        case certificateUnreadable = "certificate-unreadable"
        case keyMissing = "key-missing"
        case keyUnreadable = "key-unreadable"
        case keyEncrypted = "key-encrypted"
        /// The key is not the certificate's.
        case keyMismatch = "key-mismatch"
        /// The certificate is for another name than the one that the profile tells.
        case nameMismatch = "name-mismatch"
        case revoked
        /// The CA that the profile names did not sign the certificate.
        case notSigned = "not-signed-by-ca"
        case authorityMissing = "ca-missing"
        case authorityUnreadable = "ca-unreadable"
        case isAuthority = "is-ca"
        case certificateMissing = "certificate-missing"
        case profileUnreadable = "profile-unreadable"
        case profileMissing = "profile-missing"
        /// The CA's revocation list is not to be believed, so that it is not known whether the certificate is revoked.
        case listUnusable = "crl-unusable"
        /// Others than its owner may read the key.
        case keyExposed = "key-exposed"
    }

    /// A run that was cut off, and what it was for.
    public struct Pending: Sendable {
        public let gateway: String?
        public let tenant: String?
        public let authorityName: String?
        public let request: CertificateRequest?
    }

    /// The device as its files are named, such as `f60c28` or `admin:f60c28`.
    public let name: String
    public let profile: Profile?
    public let certificate: Certificate?
    public let pending: Pending?
    /// The CA: that of the profile, else of the run, else the one here that signed the certificate.
    public let authorityName: String?
    /// What is missing or wrong, the worst first.
    public let flaws: [Flaw]

    /// The device's id and tenant: as the profile says, else the certificate or request, else its files' name.
    public var device: DeviceName? {
        if let profile, let name = try? DeviceName("\(profile.tenant):\(profile.device)") { return name }
        let subjects = [certificate?.subject, pending?.request?.subject]
        let names = (subjects.compactMap { $0?.commonName } + [name]).compactMap { try? DeviceName($0) }
        guard let found = names.first(where: { $0.tenant != nil }) ?? names.last else { return nil }
        return pending?.tenant.flatMap { try? found.qualified(by: $0) } ?? found
    }

    /// The gateway's address, of the profile or else of the run.
    public var gateway: String? { profile?.gateway ?? pending?.gateway }

    /// The kind of its key; nil where nothing says it.
    public var keyAlgorithm: KeyAlgorithm? { (certificate?.publicKey ?? pending?.request?.publicKey)?.algorithm }
}

extension CredentialStore {
    /// The devices that the folder holds anything of, sorted by name; those of `named` only, where some are.
    ///
    /// It takes no lock and makes nothing. `revoked/` and other folders below are not looked at.
    /// - Throws: `.fileMissing` where there is no folder, `.notFound` for a name that nothing is there of.
    public func identities(named wanted: [DeviceName] = []) throws(EnrollmentError) -> [StoredIdentity] {
        guard FileSystem.isFolder(directory) else {
            throw EnrollmentError(.fileMissing, "there is no folder \(directory)")
        }
        if access(directory, R_OK | X_OK) != 0, errno == EACCES { try checkAccess() }
        var reader = IdentityReader(directory: directory)
        let names = reader.names.filter { name in wanted.isEmpty || wanted.contains { $0.device == name.device } }
        var found = names.compactMap { reader.read($0.description) }
        // A CA's file that cannot be read is the CA's all the same.
        let authorities = Set(found.compactMap(\.authorityName))
        found.removeAll { authorities.contains($0.name) && $0.isLoneCertificate }
        if wanted.isEmpty { return found }
        for name in wanted where !found.contains(where: { $0.answers(to: name) }) {
            throw EnrollmentError(.notFound, "no identity of \(name) in \(directory)", device: "\(name)")
        }
        return found.filter { identity in wanted.contains { identity.answers(to: $0) } }
    }
}

extension StoredIdentity {
    /// Whether a certificate is all that there is.
    var isLoneCertificate: Bool { profile == nil && pending == nil && flaws.contains(.keyMissing) }

    /// Whether a name means this device: `f60c28` does mean `admin:f60c28`, `other:f60c28` does not.
    func answers(to wanted: DeviceName) -> Bool {
        if name == wanted.description { return true }
        guard let device, device.device == wanted.device else { return false }
        return wanted.tenant == nil || wanted.tenant == device.tenant
    }
}
