import PKI

/// One device's place in a folder of identities, open for writing by this process alone.
///
/// What is in place is a complete identity or what was there before: a generation of files is written and put on disk whole, then one
/// rename of a link makes it the current one (see `StoreLayout` for the picture).
public final class IdentityFolder {
    let layout: StoreLayout
    private let lock: FileLock
    /// The folders that were not there before, outermost first.
    private let made: [String]

    /// Makes the folders where they are missing, and takes the device's lock.
    init(_ layout: StoreLayout) throws(EnrollmentError) {
        self.layout = layout
        try PermissionProblem.check(store: layout.directory)
        try PermissionProblem.check(layout.identities, layout.folder)
        var made: [String] = []
        if try FileSystem.makeFolder(layout.directory, mode: 0o755) { made.append(layout.directory) }
        if try FileSystem.makeFolder(layout.identities) { made.append(layout.identities) }
        try FileSystem.makeFolder(layout.folder)
        self.made = made
        lock = try FileLock(layout.lock, wait: false, holding: layout.name)
        guard !isEmpty else { return }
        try removeFinishedRun()
        try removeLeftovers()
    }

    deinit {
        // A run that was refused leaves no trace: empty folders go away, with the lock still held.
        guard isEmpty else { return }
        FileSystem.remove(layout.lock)
        FileSystem.removeEmptyFolder(layout.folder)
        for folder in made.reversed() { FileSystem.removeEmptyFolder(folder) }
    }

    /// Whether the device's place has nothing in it but its lock.
    private var isEmpty: Bool { FileSystem.names(in: layout.folder) == ["lock"] }

    /// An identity's files by the names that users know, whichever generation they lead to.
    public struct Files: Sendable {
        public let key: String
        public let request: String
        public let certificate: String
        public let profile: String
        public let authority: String
    }

    /// The file of a CA's revoked certificates in the same folder.
    public func revocationList(of authorityName: String) -> RevocationListFile {
        RevocationListFile(directory: layout.directory, authorityName: authorityName)
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
        hasPendingRun ? try PendingRun(resuming: layout.pending) : nil
    }

    /// Whether an earlier process left a run unfinished.
    public var hasPendingRun: Bool { FileSystem.exists(layout.pending) }

    /// Gives an unfinished run up without throwing its key away: it is kept as `set-aside-N.pem`.
    public func setPendingRunAside() throws(EnrollmentError) {
        var number = 1
        while try FileSystem.kind("\(layout.folder)/set-aside-\(number).pem") != .absent { number += 1 }
        try FileSystem.rename(layout.pending, to: "\(layout.folder)/set-aside-\(number).pem")
    }

    /// Puts a run on disk before the platform is asked, or again where it asks for another name.
    func keep(_ run: PendingRun) throws(EnrollmentError) {
        try run.write(
            to: layout.pending, in: [layout.identities, layout.directory, FileSystem.parent(of: layout.directory)],
            layout.durability)
    }

    /// A process that was cut off once its identity was in place leaves its run, which is complete: done again it would put the identity
    /// in its own place, and the one before out of reach.
    private func removeFinishedRun() throws(EnrollmentError) {
        guard let current = try current else { return }
        let run = layout.run(in: layout.generation(current))
        guard FileSystem.areOne(run, layout.pending) else {
            FileSystem.remove(run)
            return
        }
        // The identity may not be on disk yet.
        try layout.durability.sync([layout.folder, layout.directory])
        removeRun(run)
    }

    /// Removes a run that is complete, its second name last: until then it is known to be.
    private func removeRun(_ run: String) {
        if FileSystem.remove(layout.pending) { FileSystem.remove(run) }
    }

    /// Removes a run that the platform refused, so that no certificate of its key exists.
    func discardPendingRun() { FileSystem.remove(layout.pending) }

    // MARK: Generations

    /// The numbers of the generations that are there.
    var generations: [Int] { FileSystem.names(in: layout.folder).compactMap { Int($0) } }

    /// The number of the generation in place; nil where there is none.
    var current: Int? {
        get throws(EnrollmentError) {
            if let number = try FileSystem.target(ofLink: layout.current).flatMap({ Int($0) }) { return number }
            guard try FileSystem.kind(layout.current) == .absent else {
                throw EnrollmentError(
                    .cannotRead, "cannot read \(layout.current): it is no link to a generation of files")
            }
            return nil
        }
    }

    /// A process that was cut off leaves a generation that nothing led to yet, one that it was trying or was to remove, and what was
    /// to come in the place of something else.
    private func removeLeftovers() throws(EnrollmentError) {
        FileSystem.removeFolder(layout.candidate)
        let current = try current ?? 0
        let previous = generations.filter { $0 < current }.max()
        for number in generations where number != current && number != previous {
            FileSystem.removeFolder(layout.generation(number))
        }
        for path in [layout.pending, layout.current] { FileSystem.removeReplacement(of: path) }
    }

    /// Makes the run's key with the certificate that came for it the device's identity.
    func install(
        _ run: PendingRun, _ certificate: Certificate, profile: Profile,
        authority: Certificate, overwrite: Bool
    ) throws(EnrollmentError) {
        try takeOverPlainFiles()
        let next = try NextGeneration(after: try current, in: layout)
        var key = try asking { () throws(PKIError) in try run.key.pem() }
        defer { wipe(&key) }
        try next.write(.key, key)
        try next.write(.request, run.request.pem)
        try next.write(.certificate, certificate.pem)
        try next.write(.profile, JSON.encode(profile))
        if hasPendingRun { try next.takeRun() }
        try putAuthority(authority, named: profile.ca, overwrite: overwrite)
        try flip(to: next)
        removeRun(layout.run(in: layout.generation(next.number)))
    }

    /// Gives an identity that has none its profile; its other files stay what they are.
    func adopt(_ profile: Profile) throws(EnrollmentError) {
        try takeOverPlainFiles()
        let current = try current
        let next = try NextGeneration(after: current, in: layout)
        for part in StoreLayout.Part.allCases where part != .profile {
            guard let current, FileSystem.exists(layout.visible(part)) else { continue }
            try next.take(layout.file(part, in: layout.generation(current)), as: part)
        }
        try next.write(.profile, JSON.encode(profile))
        try flip(to: next)
    }

    /// Changes the profile in place; key and certificate, and the identity before, stay what they are.
    ///
    /// - Returns: the changed profile; nil where nothing changes.
    public func change(_ profile: Profile, by change: ProfileChange) throws(EnrollmentError) -> Profile? {
        guard let changed = change.applied(to: profile) else { return nil }
        try takeOverPlainFiles()
        guard let current = try current else { return nil }
        try FileSystem.replace(
            layout.file(.profile, in: layout.generation(current)), JSON.encode(changed),
            mode: StoreLayout.Part.profile.mode, layout.durability)
        return changed
    }

    /// The CA's file is shared by the devices of a folder: it changes under the folder's own lock.
    func putAuthority(
        _ authority: Certificate, named name: String, overwrite: Bool
    ) throws(EnrollmentError) {
        let file = AuthorityFile(directory: layout.directory, name: name)
        // Of the devices of a fleet all but the first find it so, and need not wait for each other.
        if try file.holdsFirst(authority) { return }
        let lock = try FileLock(layout.storeLock, wait: true, holding: layout.directory)
        defer { withExtendedLifetime(lock) {} }
        try file.put(authority, overwrite: overwrite)
    }

    /// Makes a generation the current one; the one before is kept, older ones go.
    func flip(to next: NextGeneration) throws(EnrollmentError) {
        let previous = try current
        try next.sync()
        for part in StoreLayout.Part.allCases where try FileSystem.target(ofLink: layout.visible(part)) == nil {
            try FileSystem.link(layout.visible(part), to: layout.visibleTarget(part))
        }
        try FileSystem.link(layout.current, to: "\(next.number)")
        try layout.durability.sync([layout.folder, layout.directory])
        guard let previous else { return }
        for old in generations where old != next.number && old != previous {
            FileSystem.removeFolder(layout.generation(old))
        }
    }

    /// Turns the plain files that another program left into a generation; each keeps its name and content throughout.
    func takeOverPlainFiles() throws(EnrollmentError) {
        var plain: [StoreLayout.Part] = []
        for part in StoreLayout.Part.allCases where try FileSystem.kind(layout.visible(part)) == .file {
            plain.append(part)
        }
        guard !plain.isEmpty else { return }
        let current = try current
        let next = try NextGeneration(after: current, in: layout)
        for part in StoreLayout.Part.allCases where FileSystem.exists(layout.visible(part)) {
            let folder = plain.contains(part) ? nil : current.map(layout.generation)
            try next.take(folder.map { layout.file(part, in: $0) } ?? layout.visible(part), as: part)
        }
        try next.protectKey()
        try next.sync()
        try FileSystem.link(layout.current, to: "\(next.number)")
        try layout.durability.sync([layout.folder])
        for part in plain { try FileSystem.link(layout.visible(part), to: layout.visibleTarget(part)) }
    }
}
