public import Dojot
public import PKI

extension CredentialStore {
    /// What the files of a device are named here that has a certificate, complete or not; nil where it has none.
    ///
    /// - Throws: `.ambiguous`, `.cannotRead`.
    public func certificateName(of name: DeviceName) throws(EnrollmentError) -> String? {
        do throws(EnrollmentError) {
            return try load(name).name
        } catch {
            switch error.code {
            case .noProfile, .incomplete: return error.device ?? "\(name)"
            case .notFound: return nil
            default: throw error
            }
        }
    }

    /// The certificates of a CA that are in the folder, the newest first.
    ///
    /// - Throws: `.cannotRead`, `.cryptography`.
    public func authorities(named name: String) throws(EnrollmentError) -> [Certificate] {
        try AuthorityFile(directory: directory, name: name).read()
    }

    /// The identities of a device that were revoked and moved: the device as their files are named, the certificate's number in
    /// hexadecimal, and the path of their folder.
    public func revokedFolders(of name: DeviceName) -> [(name: String, serial: String, path: String)] {
        revoked(name).map {
            ($0.name, $0.serial, StoreLayout(directory: directory, name: $0.name).revoked(serial: $0.serial))
        }
    }

    /// Removes the links that a process left which was cut off when it had moved the files.
    public func finishRevocation(of name: DeviceName) throws(EnrollmentError) {
        for entry in revoked(name) {
            if entry.name != "\(name)" { guard try certificateIsGone(entry.name) else { continue } }
            try checkOut(asking { () throws(DojotError) in try DeviceName(entry.name) }).removeDanglingLinks()
        }
    }

    private func certificateIsGone(_ name: String) throws(EnrollmentError) -> Bool {
        let file = StoreLayout(directory: directory, name: name).visible(.certificate)
        return try FileSystem.kind(file) == .link && !FileSystem.exists(file)
    }

    /// The names and serial numbers in `revoked/`; `f60c28` finds those of `admin:f60c28` too.
    private func revoked(_ name: DeviceName) -> [(name: String, serial: String)] {
        let folder = FileSystem.parent(of: StoreLayout(directory: directory, name: "\(name)").revoked(serial: ""))
        return FileSystem.names(in: folder).compactMap { entry in
            guard let dash = entry.lastIndex(of: "-") else { return nil }
            let found = String(entry[..<dash])
            guard found == "\(name)" || (name.tenant == nil && found.hasSuffix(":\(name.device)")) else { return nil }
            return (found, String(entry[entry.index(after: dash)...]))
        }
    }
}

extension IdentityFolder {
    /// The certificate in place, whatever else is there; nil where there is none.
    ///
    /// - Throws: `.cannotRead`, `.cryptography`.
    public func presentCertificate() throws(EnrollmentError) -> Certificate? {
        let file = layout.visible(.certificate)
        guard FileSystem.exists(file) else { return nil }
        let content = try FileSystem.read(file)
        return try asking(about: file) { () throws(PKIError) in try Certificate(pem: content) }
    }
}

extension RevocationListFile {
    /// Whether the CA's certificate is beside it, without which a list cannot be checked.
    public var canBeChecked: Bool { FileSystem.exists(AuthorityFile(directory: directory, name: name).path) }
}
