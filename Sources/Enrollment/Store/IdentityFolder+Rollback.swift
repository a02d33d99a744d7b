public import PKI

/// The identity that was in place before the present one.
public struct PreviousIdentity: Sendable {
    public let certificate: Certificate
    public let profile: Profile
    /// Whether `renew --revoke-old` or `revoke` had the platform take it back.
    public let isRevoked: Bool
    let generation: Int
}

extension IdentityFolder {
    /// The generation before the one in place, where there is one that is complete.
    ///
    /// - Throws: `.cannotRead`, `.cryptography` where its files cannot be read.
    public func previous() throws(EnrollmentError) -> PreviousIdentity? {
        guard let current = try current, let number = generations.filter({ $0 < current }).max() else { return nil }
        let folder = layout.generation(number)
        let (keyFile, certificateFile) = (layout.file(.key, in: folder), layout.file(.certificate, in: folder))
        let profileFile = layout.file(.profile, in: folder)
        guard [keyFile, certificateFile, profileFile].allSatisfy(FileSystem.exists) else { return nil }
        let content = try FileSystem.read(certificateFile)
        return PreviousIdentity(
            certificate: try asking(about: certificateFile) { () throws(PKIError) in try Certificate(pem: content) },
            profile: try JSON.decode(Profile.self, from: profileFile, meantAs: "profile"),
            isRevoked: FileSystem.exists(layout.revocationMark(in: folder)), generation: number)
    }

    /// Makes the generation before the present one the identity again, once it is sure that it holds: as a generation of its own, so
    /// that whoever reads the present one goes on reading it, and this can be taken back in the same way.
    ///
    /// - Throws: `.mismatch`, `.expired`, `.notYetValid` where it does not hold; `.cannotRead`, `.cannotWrite`.
    public func rollBack(to previous: PreviousIdentity) throws(EnrollmentError) {
        let folder = layout.generation(previous.generation)
        let authorities = try AuthorityFile(directory: layout.directory, name: previous.profile.ca).read()
        try IdentityCheck().check(
            previous.certificate, key: KeyFile.read(layout.file(.key, in: folder)), names: [],
            authorities: authorities, otherwise: .mismatch)
        let next = try NextGeneration(after: try current, in: layout)
        for part in StoreLayout.Part.allCases {
            let file = layout.file(part, in: folder)
            if FileSystem.exists(file) { try next.take(file, as: part) }
        }
        try flip(to: next)
    }

    /// Notes that the platform has taken the identity before the present one back, so that nothing leads back to it.
    public func markRevoked(_ previous: PreviousIdentity) throws(EnrollmentError) {
        let mark = layout.revocationMark(in: layout.generation(previous.generation))
        try FileSystem.replace(mark, [], mode: 0o644)
    }
}
