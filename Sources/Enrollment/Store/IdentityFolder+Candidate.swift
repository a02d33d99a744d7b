import PKI

extension IdentityFolder {
    /// Gives an identity that is not in place yet files for the time of `body`, in a folder that only their owner may enter.
    ///
    /// What a process that was cut off left of them goes when the device's place is opened again.
    public func withFiles<Value>(of candidate: Candidate, _ body: (Identity) throws -> Value) throws -> Value {
        let folder = layout.candidate
        try FileSystem.makeFolder(folder)
        defer { FileSystem.removeFolder(folder) }
        var key = try asking { () throws(PKIError) in try candidate.key.pem() }
        defer { wipe(&key) }
        try FileSystem.create(layout.file(.key, in: folder), key, mode: StoreLayout.Part.key.mode)
        try FileSystem.create(
            layout.file(.certificate, in: folder), candidate.certificate.pem, mode: StoreLayout.Part.certificate.mode)
        // The broker's own certificate may be from the CA before: what is trusted now still is.
        let known = try AuthorityFile(directory: layout.directory, name: candidate.profile.ca).read()
        let authorities = [candidate.authority] + known.filter { $0 != candidate.authority }
        let authorityFile = "\(folder)/\(candidate.profile.ca).crt"
        try FileSystem.create(authorityFile, authorities.flatMap(\.pem), mode: 0o644)
        return try body(
            Identity(
                name: layout.name, profile: candidate.profile, keyFile: layout.file(.key, in: folder),
                certificateFile: layout.file(.certificate, in: folder), authorityFile: authorityFile,
                revocationListFile: revocationList(of: candidate.profile.ca)))
    }
}

extension Identity {
    /// An identity whose files are known to be there.
    fileprivate init(
        name: String, profile: Profile, keyFile: String, certificateFile: String, authorityFile: String,
        revocationListFile: RevocationListFile
    ) {
        self.name = name
        self.profile = profile
        self.keyFile = keyFile
        self.certificateFile = certificateFile
        requestFile = nil
        self.authorityFile = authorityFile
        self.revocationListFile = revocationListFile
    }
}
