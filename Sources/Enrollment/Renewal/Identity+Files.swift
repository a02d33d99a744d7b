public import Dojot
public import PKI

extension Identity {
    /// Reads the identity's certificate.
    ///
    /// - Throws: `.fileMissing`, `.cannotRead`, `.cryptography`.
    public func readCertificate() throws(EnrollmentError) -> Certificate {
        let content = try FileSystem.read(certificateFile)
        return try asking(about: certificateFile) { () throws(PKIError) in try Certificate(pem: content) }
    }

    /// Reads the identity's private key.
    ///
    /// - Throws: `.fileMissing`, `.cannotRead`, `.cryptography`.
    public func readKey() throws(EnrollmentError) -> PrivateKey { try KeyFile.read(keyFile) }
}

extension CredentialStore {
    /// Whether a process that was cut off left a run of that device unfinished, see `IdentityFolder.hasPendingRun`.
    public func hasPendingRun(of identity: Identity) -> Bool {
        FileSystem.exists(StoreLayout(directory: directory, name: identity.name).pending)
    }

    /// Whether there is a certificate for the device, by the name that it was retrieved by; nothing else is looked at.
    public func hasCertificate(of name: DeviceName) -> Bool {
        FileSystem.isReachable(StoreLayout(directory: directory, name: name.description).visible(.certificate))
    }

    /// The names of the devices that have an identity here with a profile, sorted.
    public func identityNames() -> [String] {
        FileSystem.names(in: directory).compactMap { file in
            guard file.hasSuffix(".json") else { return nil }
            let name = String(file.dropLast(5))
            let layout = StoreLayout(directory: directory, name: name)
            // One whose files are missing fails by itself.
            return FileSystem.exists(layout.visible(.certificate)) || layout.brokenLink != nil ? name : nil
        }
    }
}
