public import Dojot
public import PKI

/// The file with the list of certificates that a CA took back, `CANAME.crl` beside `CANAME.crt`, in PEM: what
/// mosquitto's `crlfile` and openssl's `-CRLfile` want.
public struct RevocationListFile: Sendable {
    let directory: String
    let name: String

    /// The file of the CA of that name in a folder of identities.
    public init(directory: String, authorityName: String) {
        self.directory = directory
        name = authorityName
    }

    public var path: String { "\(directory)/\(name).crl" }

    /// The list in the file; nil where there is no file.
    ///
    /// - Throws: `.cannotRead`, `.cryptography`.
    public func read() throws(EnrollmentError) -> CertificateRevocationList? {
        guard FileSystem.exists(path) else { return nil }
        let content = try FileSystem.read(path)
        return try asking(about: path) { () throws(PKIError) in try CertificateRevocationList(pem: content) }
    }

    /// Fetches the CA's list and puts it in place, unless what is there is newer.
    ///
    /// - Parameter isNew: whether the platform is to make a new list for it.
    /// - Returns: the list in place.
    /// - Throws: `.openFolder`, `.platform`; `.unexpectedCertificate` where the CA whose certificate is beside it did not sign the list.
    @discardableResult
    public func refresh(
        from platform: any CertificateAuthority, isNew: Bool = false
    ) throws(EnrollmentError) -> CertificateRevocationList {
        try FolderIntruder.refuse(directory)
        let list = try asking { () throws(DojotError) in
            try platform.revocationList(named: name, isNew: isNew)
        }
        let authorities = try AuthorityFile(directory: directory, name: name).read()
        guard authorities.contains(where: { list.isSigned(by: $0) }) else {
            throw EnrollmentError(
                .unexpectedCertificate,
                "the revocation list that the platform sent was not signed by \(name), but by \(list.issuer)")
        }
        let layout = StoreLayout(directory: directory, name: name)
        try FileSystem.makeFolder(layout.identities)
        let lock = try FileLock(layout.storeLock, wait: true, holding: directory)
        defer { withExtendedLifetime(lock) {} }
        // A file that is broken is replaced, whatever was in it.
        if let present = try? read(), present.thisUpdate > list.thisUpdate { return present }
        try FileSystem.replace(path, list.pem, mode: 0o644)
        return list
    }
}
