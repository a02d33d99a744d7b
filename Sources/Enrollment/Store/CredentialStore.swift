import CommandLineKit
public import Dojot

/// A folder of device identities, laid out as the Certificate Retriever does.
public struct CredentialStore: Sendable {
    public let directory: String
    private var durability = Durability.each
    /// The tenants in the names of the devices here, where they are known; nil has each search list the folder.
    private var tenants: [String]?

    public init(directory: String) { self.directory = directory }

    /// The same folder, for many devices at once: what is written there gets onto the disk in groups, whoever wrote it.
    public func grouping(by group: GroupedSync) -> CredentialStore {
        var store = self
        store.durability = .grouped(group)
        return store
    }

    /// The same folder, for many devices at once: it is listed here, and then no more.
    ///
    /// A device that is called by its name alone is found then under that name, and those of the tenants that have a device here
    /// now; one whose files come later too.
    public func listingOnce() -> CredentialStore {
        var store = self
        store.tenants = Set(deviceNames.compactMap(\.tenant)).sorted()
        return store
    }

    /// Makes the folder where there is none.
    ///
    /// - Throws: `.openFolder`, `.cannotCreate`.
    public func makeFolder() throws(EnrollmentError) {
        try PermissionProblem.check(store: directory)
        try FileSystem.makeFolder(directory, mode: 0o755)
    }

    /// Checks that this user may read the folder, and that nobody else may write to it. A missing folder is no error.
    ///
    /// - Throws: `.openFolder`.
    public func checkAccess() throws(EnrollmentError) { try PermissionProblem.check(store: directory) }

    /// The folder to look in for `name`: the one asked for, else the current one where it holds the device's profile, else `certs`.
    public static func locate(_ name: DeviceName?, asked: String?) -> CredentialStore {
        if let asked { return CredentialStore(directory: asked) }
        let here = CredentialStore(directory: ".")
        if let name, !here.names(answeringTo: name).isEmpty { return here }
        return CredentialStore(directory: "certs")
    }

    /// The devices that have a profile here, sorted by name; nothing of them is read.
    public var deviceNames: [DeviceName] {
        FileSystem.names(in: directory).filter { $0.hasSuffix(".json") }.sorted()
            .compactMap { try? DeviceName(String($0.dropLast(".json".count))) }
    }

    /// The identity of a device, as one generation of files.
    ///
    /// `f60c28` finds what was retrieved as `admin:f60c28`, and the other way round.
    /// - Throws: `.openFolder`, `.notFound`, `.ambiguous`, `.incomplete`, `.noProfile`, `.cannotRead`.
    public func load(_ name: DeviceName) throws(EnrollmentError) -> Identity {
        try PermissionProblem.check(store: directory)
        let candidates = names(answeringTo: name)
        guard let found = candidates.first else {
            let layout = StoreLayout(directory: directory, name: name.description)
            if let denial = FileSystem.denial(of: layout.visible(.profile)) { throw denial }
            if FileSystem.exists(layout.visible(.certificate)) {
                throw EnrollmentError(
                    .noProfile, "\(directory) has a certificate for \(name), but no profile",
                    device: "\(name)")
            }
            if let link = layout.brokenLink, revokedFolders(of: name).isEmpty {
                throw EnrollmentError(
                    .incomplete, "the identity of \(name) is incomplete: \(link) is a link to a missing file",
                    device: "\(name)")
            }
            throw EnrollmentError(.notFound, "no identity of \(name) in \(directory)", device: "\(name)")
        }
        guard candidates.count == 1 || found == name.description else {
            throw EnrollmentError(
                .ambiguous, "\(directory) has several devices \(name): \(candidates.joined(separator: ", "))",
                device: "\(name)", cure: "name the device with its tenant, such as \(found.shellWord)")
        }
        return try Identity(reading: StoreLayout(directory: directory, name: found))
    }

    /// The first folder or file that another user can write to: the folder itself, those above it, a device's files, or its CA's files.
    /// Nil where there is none.
    ///
    /// - Parameter device: as its files are named.
    public func permissionProblem(device: String, authorityName: String) -> PermissionProblem? {
        if let problem = PermissionProblem(above: directory) { return problem }
        let layout = StoreLayout(directory: directory, name: device)
        let generation = ((try? FileSystem.target(ofLink: layout.current)) ?? nil).map { "\(layout.folder)/\($0)" }
        let shared = [
            AuthorityFile(directory: directory, name: authorityName).path,
            RevocationListFile(directory: directory, authorityName: authorityName).path,
        ]
        return ([directory] + layout.places(in: generation) + shared).lazy.compactMap { PermissionProblem(into: $0) }
            .first
    }

    /// Opens a device's place in the folder for writing, and makes the folder where there is none.
    ///
    /// Nobody else can until the result is let go of.
    /// - Throws: `.openFolder`, `.busy`, `.cannotCreate`.
    public func checkOut(_ name: DeviceName) throws(EnrollmentError) -> IdentityFolder {
        try IdentityFolder(StoreLayout(directory: directory, name: name.description, durability: durability))
    }

    /// The device names here that `name` can mean, the one spelled the same first.
    func names(answeringTo name: DeviceName) -> [String] {
        // For sure: this is what decides which folder is the one.
        func hasProfile(_ candidate: String) -> Bool {
            FileSystem.isReachable(StoreLayout(directory: directory, name: candidate).visible(.profile))
        }
        if hasProfile(name.description) { return [name.description] }
        if name.tenant != nil {
            // The bare name is that device only where its profile says the same tenant.
            let bare = StoreLayout(directory: directory, name: name.device)
            guard let profile = try? Identity(reading: bare).profile, profile.tenant == name.tenant else { return [] }
            return [name.device]
        }
        if let tenants { return tenants.map { "\($0):\(name.device)" }.filter(hasProfile) }
        return FileSystem.names(in: directory).compactMap { file in
            guard file.hasSuffix(":\(name.device).json") else { return nil }
            let candidate = String(file.dropLast(5))
            return hasProfile(candidate) ? candidate : nil
        }
    }
}
