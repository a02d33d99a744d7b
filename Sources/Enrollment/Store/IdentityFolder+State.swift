public import Dojot
public import PKI

extension IdentityFolder {
    /// What is in place for the device.
    public enum State {
        case nothing
        /// A key without a certificate, as a Certificate Retriever that was cut off leaves it.
        case keyOnly(PrivateKey)
        /// Key, certificate and CA certificate that belong together and hold now; its profile, where it has one.
        case complete(Certificate, profile: Profile?)
        /// Key and certificate that belong together, without the certificate of the CA that signed it: its file is missing, broken or
        /// another CA's, and can be fetched again.
        case withoutAuthority(PrivateKey, Certificate)
        /// Files that do not make an identity, and why.
        case broken(EnrollmentError)

        /// Whether key and certificate stay as they are.
        public var hasIdentity: Bool {
            switch self {
            case .complete, .withoutAuthority: true
            case .nothing, .keyOnly, .broken: false
            }
        }

        /// The generation of the platform that a complete identity's profile tells.
        public var platform: PlatformGeneration? {
            if case .complete(_, let profile) = self { profile?.platform } else { nil }
        }
    }

    /// Checks that nobody else can write to the files in place, that they belong together, that the certificate is valid now, and that
    /// it is not on the CA's revocation list, where that list is there.
    ///
    /// - Parameter authorityName: the CA whose certificate is expected beside them.
    /// - Throws: `.openFolder`, `.cannotRead`.
    public func state(authorityName: String) throws(EnrollmentError) -> State {
        for place in layout.places(in: try current.map(layout.generation)) { try PermissionProblem.check(place) }
        try PermissionProblem.check(AuthorityFile(directory: layout.directory, name: authorityName).path)
        let keyFile = layout.visible(.key)
        let certificateFile = layout.visible(.certificate)
        guard FileSystem.exists(keyFile) || FileSystem.exists(certificateFile) else { return .nothing }
        do throws(EnrollmentError) {
            guard FileSystem.exists(keyFile) else {
                throw EnrollmentError(.incomplete, "\(certificateFile) is there, but its key \(keyFile) is missing")
            }
            let key = try KeyFile.read(keyFile)
            guard FileSystem.exists(certificateFile) else { return .keyOnly(key) }
            return try checked(key, certificateFile, authorityName)
        } catch {
            return .broken(error)
        }
    }

    /// What is in place already, as far as it is to be kept: nothing where a run that was cut off must be completed.
    ///
    /// - Parameter gateway: the address of the gateway that the identity must be from.
    /// - Throws: why the files make no identity; `.otherPlatform` for a complete one from elsewhere.
    public func state(authorityName: String, from gateway: String) throws(EnrollmentError) -> State {
        let state = try state(authorityName: authorityName)
        switch state {
        case .nothing, .keyOnly: return state
        case .complete, .withoutAuthority, .broken:
            if hasPendingRun { return .nothing }
        }
        if case .broken(let error) = state { throw error }
        if let profile = try usableProfile(), !Self.areSame(profile.gateway, gateway) {
            throw EnrollmentError(
                .otherPlatform,
                "the identity of \(layout.name) that is there is from \(profile.gateway), not from \(gateway)")
        }
        return state
    }

    /// Whether two addresses are of one gateway.
    private static func areSame(_ first: String, _ second: String) -> Bool {
        guard let one = try? Gateway(first), let other = try? Gateway(second) else { return first == second }
        return one.isSame(as: other)
    }

    /// Checks that a CA's certificate is the one in place, or that there is none.
    ///
    /// - Throws: `.authorityDiffers`.
    public func check(accepts authority: Certificate, named name: String) throws(EnrollmentError) {
        try AuthorityFile(directory: layout.directory, name: name).check(accepts: authority, overwrite: false)
    }

    private func checked(
        _ key: PrivateKey, _ certificateFile: String, _ authorityName: String
    ) throws(EnrollmentError) -> State {
        let content = try FileSystem.read(certificateFile)
        let certificate = try asking(about: certificateFile) { () throws(PKIError) in try Certificate(pem: content) }
        let authorityFile = AuthorityFile(directory: layout.directory, name: authorityName)
        var authorities: [Certificate] = []
        do throws(EnrollmentError) {
            authorities = try authorityFile.read()
        } catch  where error.code != .cryptography {
            throw error
        } catch {
            // A broken file is replaced like a missing one.
        }
        guard authorities.contains(where: { certificate.isSigned(by: $0) }) else {
            guard certificate.publicKey == key.publicKey else {
                throw EnrollmentError(
                    .mismatch, "the certificate \(certificate.serialNumber.hexadecimal) is for another key")
            }
            return .withoutAuthority(key, certificate)
        }
        try IdentityCheck().check(
            certificate, key: key, names: [], authorities: authorities, otherwise: .mismatch)
        let list = RevocationListFile(directory: layout.directory, authorityName: authorityName)
        // A list that cannot be read, or that is not to be trusted, leaves the identity as it is.
        if case .revoked = try? list.answer(about: certificate) {
            throw EnrollmentError(
                .revoked,
                "the certificate \(certificate.serialNumber) of \(layout.name) is revoked, by the list in \(list.path)")
        }
        return .complete(certificate, profile: try usableProfile())
    }

    /// The profile in place; nil also where it is broken, so that a new one is written.
    func usableProfile() throws(EnrollmentError) -> Profile? {
        do throws(EnrollmentError) {
            return try readProfile()
        } catch {
            guard error.code == .brokenProfile else { throw error }
            return nil
        }
    }

    /// The profile in place; nil where there is none.
    public func readProfile() throws(EnrollmentError) -> Profile? {
        let file = layout.visible(.profile)
        guard FileSystem.exists(file) else { return nil }
        return try JSON.decode(Profile.self, from: file, meantAs: "profile")
    }
}
