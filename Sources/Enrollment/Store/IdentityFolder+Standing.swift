public import Dojot
public import PKI

extension IdentityFolder {
    /// What is in place for the device.
    public enum Standing {
        case nothing
        /// A key without a certificate, as a Certificate Retriever that was cut off leaves it.
        case keyOnly(PrivateKey)
        /// Key, certificate and CA certificate that belong together and hold now; its profile, where it has one.
        case complete(Certificate, profile: Profile?)
        /// Files that do not make an identity, and why.
        case broken(EnrollmentError)

        /// The generation of the platform that a complete identity's profile tells.
        public var platform: PlatformGeneration? {
            if case .complete(_, let profile) = self { profile?.platform } else { nil }
        }
    }

    /// Looks at the files in place and checks that they belong together and hold now.
    ///
    /// - Parameter authorityName: the CA whose certificate is expected beside them.
    public func standing(authorityName: String) throws(EnrollmentError) -> Standing {
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
    public func standing(authorityName: String, from gateway: String) throws(EnrollmentError) -> Standing {
        let standing = try standing(authorityName: authorityName)
        switch standing {
        case .nothing, .keyOnly: return standing
        case .complete, .broken:
            if hasPendingRun { return .nothing }
        }
        if case .broken(let error) = standing { throw error }
        if case .complete(_, let profile?) = standing, profile.gateway != gateway {
            throw EnrollmentError(
                .otherPlatform,
                "the identity of \(layout.name) that is there is from \(profile.gateway), not from \(gateway)")
        }
        return standing
    }

    private func checked(
        _ key: PrivateKey, _ certificateFile: String, _ authorityName: String
    ) throws(EnrollmentError) -> Standing {
        let content = try FileSystem.read(certificateFile)
        let certificate = try asking(about: certificateFile) { () throws(PKIError) in try Certificate(pem: content) }
        let authorityFile = AuthorityFile(directory: layout.directory, name: authorityName)
        let authorities = try authorityFile.read()
        guard !authorities.isEmpty else {
            throw EnrollmentError(.incomplete, "the CA's certificate \(authorityFile.path) is missing")
        }
        try IdentityCheck().check(
            certificate, key: key, names: [], authorities: authorities, otherwise: .mismatch)
        return .complete(certificate, profile: try readProfile())
    }

    /// The profile in place; nil where there is none.
    public func readProfile() throws(EnrollmentError) -> Profile? {
        let file = layout.visible(.profile)
        guard FileSystem.exists(file) else { return nil }
        return try JSON.decode(Profile.self, from: file, meantAs: "profile")
    }
}
