public import PKI

/// One device's place in a folder of identities, open for writing by this process alone.
///
/// What is in place is a complete identity or what was there before: a generation of files is written and put on disk whole, then one
/// rename of a link makes it the current one (see `StoreLayout` for the picture).
public final class IdentityFolder {
    let layout: StoreLayout
    private let lock: FileLock

    /// Makes the folders where they are missing, and takes the device's lock.
    init(_ layout: StoreLayout) throws(EnrollmentError) {
        self.layout = layout
        try FileSystem.makeFolder(layout.directory, mode: 0o755)
        try FileSystem.makeFolder(layout.identities)
        try FileSystem.makeFolder(layout.folder)
        lock = try FileLock(layout.lock, wait: false, holding: layout.name)
        // What a process that was cut off had not finished, and nothing led to yet.
        FileSystem.removeFolder(freshFolder)
    }

    deinit {
        // A run that was refused leaves no trace: an empty folder goes away with its lock still held.
        guard FileSystem.names(in: layout.folder) == ["lock"] else { return }
        FileSystem.remove(layout.lock)
        FileSystem.removeFolder(layout.folder)
    }

    /// What is in place for the device.
    public enum Standing {
        case nothing
        /// A key without a certificate, as a Certificate Retriever that was cut off leaves it.
        case keyOnly(PrivateKey)
        /// Key, certificate and CA certificate that belong together and hold now; its profile, where it has one.
        case complete(Certificate, profile: Profile?)
        /// Files that do not make an identity, and why.
        case broken(EnrollmentError)
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

    private func readProfile() throws(EnrollmentError) -> Profile? {
        let file = layout.visible(.profile)
        guard FileSystem.exists(file) else { return nil }
        return try JSON.decode(Profile.self, from: file, meantAs: "profile")
    }

    /// An identity's files by the names that users know, whichever generation they lead to.
    public struct Files: Sendable {
        public let key: String
        public let request: String
        public let certificate: String
        public let profile: String
        public let authority: String
    }

    /// The device's files by the names that users know.
    public func files(authorityName: String) -> Files {
        Files(
            key: layout.visible(.key), request: layout.visible(.request), certificate: layout.visible(.certificate),
            profile: layout.visible(.profile),
            authority: AuthorityFile(directory: layout.directory, name: authorityName).path)
    }

    // MARK: An unfinished run

    /// The run that an earlier process left unfinished, if any.
    func pendingRun() throws(EnrollmentError) -> PendingRun? {
        FileSystem.kind(layout.pending) == .folder ? try PendingRun(resuming: layout) : nil
    }

    /// Whether an earlier process left a run unfinished.
    public var hasPendingRun: Bool { FileSystem.kind(layout.pending) == .folder }

    /// Gives an unfinished run up without throwing its key away: it is kept as `set-aside-N`.
    public func setPendingRunAside() throws(EnrollmentError) {
        let taken = numbers(after: "set-aside-").max() ?? 0
        try FileSystem.rename(layout.pending, to: "\(layout.folder)/set-aside-\(taken + 1)")
    }

    /// Removes a run that the platform refused, so that no certificate of its key exists.
    func discardPendingRun() { FileSystem.removeFolder(layout.pending) }

    // MARK: Generations

    private var freshFolder: String { "\(layout.folder)/new" }

    /// The numbers of the entries `PREFIXn` of the device's folder.
    private func numbers(after prefix: String) -> [Int] {
        FileSystem.names(in: layout.folder).compactMap { name in
            name.hasPrefix(prefix) ? Int(name.dropFirst(prefix.count)) : nil
        }
    }

    /// Makes the run's key with the certificate that came for it the device's identity.
    func install(
        _ run: PendingRun, _ certificate: Certificate, profile: Profile,
        authority: Certificate, overwrite: Bool
    ) throws(EnrollmentError) {
        try takeOverPlainFiles()
        FileSystem.removeFolder(freshFolder)
        try FileSystem.makeFolder(freshFolder)
        for part in [StoreLayout.Part.key, .request] {
            try FileSystem.hardLink(layout.file(part, in: layout.pending), as: layout.file(part, in: freshFolder))
        }
        try create(.certificate, certificate.pem)
        try create(.profile, JSON.encode(profile))
        try putAuthority(authority, named: profile.ca, overwrite: overwrite)
        try flipToFreshFolder()
        FileSystem.removeFolder(layout.pending)
    }

    /// Gives an identity that has none the profile that follows from `order`; its other files stay what they are.
    public func adopt(_ certificate: Certificate, _ order: Enrollment.Order) throws(EnrollmentError) -> Profile {
        let profile = Profile(order, certificate)
        try takeOverPlainFiles()
        FileSystem.removeFolder(freshFolder)
        try FileSystem.makeFolder(freshFolder)
        for part in StoreLayout.Part.allCases where part != .profile {
            let present = layout.visible(part)
            guard let target = FileSystem.target(ofLink: present), FileSystem.exists(present) else { continue }
            try FileSystem.hardLink("\(layout.directory)/\(target)", as: layout.file(part, in: freshFolder))
        }
        try create(.profile, JSON.encode(profile))
        try flipToFreshFolder()
        return profile
    }

    private func create(_ part: StoreLayout.Part, _ content: [UInt8]) throws(EnrollmentError) {
        try FileSystem.create(layout.file(part, in: freshFolder), content, mode: part.mode)
    }

    /// The CA's file is shared by the devices of a folder: it changes under the folder's own lock.
    private func putAuthority(
        _ authority: Certificate, named name: String, overwrite: Bool
    ) throws(EnrollmentError) {
        let lock = try FileLock(layout.storeLock, wait: true, holding: layout.directory)
        defer { withExtendedLifetime(lock) {} }
        try AuthorityFile(directory: layout.directory, name: name).put(authority, overwrite: overwrite)
    }

    /// Makes the generation in `freshFolder` the current one; the one before is kept, older ones go.
    private func flipToFreshFolder() throws(EnrollmentError) {
        try FileSystem.sync(folder: freshFolder)
        let number = (numbers(after: "").max() ?? 0) + 1
        let previous = FileSystem.target(ofLink: layout.current)
        try FileSystem.rename(freshFolder, to: layout.generation(number))
        for part in StoreLayout.Part.allCases {
            let visible = layout.visible(part)
            if FileSystem.target(ofLink: visible) != layout.visibleTarget(part) {
                try FileSystem.link(visible, to: layout.visibleTarget(part))
            }
        }
        try FileSystem.link(layout.current, to: "\(number)")
        for old in numbers(after: "") where old != number && "\(old)" != previous {
            FileSystem.removeFolder(layout.generation(old))
        }
    }

    /// Turns the plain files that another program left into a generation; each keeps its name and content throughout.
    private func takeOverPlainFiles() throws(EnrollmentError) {
        let plain = StoreLayout.Part.allCases.filter { FileSystem.kind(layout.visible($0)) == .file }
        guard !plain.isEmpty else { return }
        FileSystem.removeFolder(freshFolder)
        try FileSystem.makeFolder(freshFolder)
        for part in StoreLayout.Part.allCases where FileSystem.exists(layout.visible(part)) {
            let present = layout.visible(part)
            let file =
                FileSystem.kind(present) == .link
                ? "\(layout.folder)/\(FileSystem.target(ofLink: layout.current) ?? "")/\(layout.name).\(part.rawValue)"
                : present
            try FileSystem.hardLink(file, as: layout.file(part, in: freshFolder))
        }
        try FileSystem.restrict(layout.file(.key, in: freshFolder))
        try FileSystem.sync(folder: freshFolder)
        let number = (numbers(after: "").max() ?? 0) + 1
        try FileSystem.rename(freshFolder, to: layout.generation(number))
        try FileSystem.link(layout.current, to: "\(number)")
        for part in plain { try FileSystem.link(layout.visible(part), to: layout.visibleTarget(part)) }
    }
}
