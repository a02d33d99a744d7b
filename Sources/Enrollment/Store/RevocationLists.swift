public import PKI

/// The revocation lists of several identities, each file read once until it changes.
public final class RevocationLists {
    private var lists: [String: (stamp: FileStamp, list: CertificateRevocationList?)] = [:]

    public init() {}

    /// Whether the list beside the CA's certificate names an identity's certificate and can be trusted: see
    /// `RevocationListFile.answer(about:at:)`. A list that cannot be read counts as no list.
    public func isRevoked(_ certificate: Certificate, of identity: Identity) -> Bool {
        let file = identity.revocationListFile
        // The signature is checked only for a list with the certificate in it.
        guard let list = list(in: file), certificate.revocation(in: list) != nil else { return false }
        guard case .revoked = try? file.answer(about: certificate) else { return false }
        return true
    }

    private func list(in file: RevocationListFile) -> CertificateRevocationList? {
        let stamp = FileStamp([file.path])
        if let known = lists[file.path], known.stamp == stamp { return known.list }
        let list = (try? file.read()) ?? nil
        lists[file.path] = (stamp, list)
        return list
    }
}
