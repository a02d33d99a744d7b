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

    /// The file beside a file of authorities, `NAME.crl` beside `NAME.crt`; nil for one of another name.
    public init?(beside authorityFile: String) {
        guard authorityFile.hasSuffix(".crt") else { return nil }
        directory = FileSystem.parent(of: authorityFile)
        name = String((authorityFile.split(separator: "/").last ?? "").dropLast(".crt".count))
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

    /// What the list in the file says of a certificate, as far as the list is to be believed; nil where there is no file.
    ///
    /// - Throws: `.cannotRead`, `.cryptography`.
    public func answer(
        about certificate: Certificate, at time: Timestamp = .now
    ) throws(EnrollmentError) -> CertificateRevocationList.Answer? {
        guard let list = try read() else { return nil }
        return list.answer(about: certificate, trusting: try authorities(), at: time.unixSeconds)
    }

    /// The CA's certificates beside the list, whose signature it must have.
    private func authorities() throws(EnrollmentError) -> [Certificate] {
        try AuthorityFile(directory: directory, name: name).read()
    }

    /// Fetches the CA's list and puts it in place, unless what is there is newer.
    ///
    /// - Parameter isNew: whether the platform is to make a new list for it.
    /// - Returns: the list in place.
    /// - Throws: `.openFolder`, `.platform`; `.unexpectedCertificate` for a list that is not to be believed: the CA whose certificate is
    ///   beside it did not sign it, its time is over or has not come, or it is not about all of the CA's certificates.
    @discardableResult
    public func refresh(
        from platform: any CertificateAuthority, isNew: Bool = false
    ) throws(EnrollmentError) -> CertificateRevocationList {
        try PermissionProblem.check(store: directory)
        let list = try asking { () throws(DojotError) in
            try platform.revocationList(named: name, isNew: isNew)
        }
        let (authorities, now) = (try authorities(), Timestamp.now.unixSeconds)
        if let problem = list.problem(trusting: authorities, at: now) {
            throw EnrollmentError(
                .unexpectedCertificate,
                problem.kind == .notSigned
                    ? "the revocation list that the platform sent was not signed by \(name), but by \(list.issuer)"
                    : "the revocation list that the platform sent \(problem.message)")
        }
        let layout = StoreLayout(directory: directory, name: name)
        try FileSystem.makeFolder(layout.identities)
        let lock = try FileLock(layout.storeLock, wait: true, holding: directory)
        defer { withExtendedLifetime(lock) {} }
        // A file that is broken, or that is not to be believed, is replaced, whatever is in it.
        if let present = try? read(), present.thisUpdate > list.thisUpdate,
            present.problem(trusting: authorities, at: now) == nil
        {
            return present
        }
        try FileSystem.replace(path, list.pem, mode: 0o644)
        return list
    }
}
