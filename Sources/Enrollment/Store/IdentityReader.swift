import Dojot
import Glibc
import PKI

/// Reads what a folder holds of its devices, one after the other; what they share is read once.
struct IdentityReader {
    private let directory: String
    /// Unix seconds.
    private let now = Timestamp.now.unixSeconds
    private let isOpen: Bool
    /// The devices that there is something of, sorted.
    private(set) var names: [DeviceName] = []
    private var authorities: [String: Result<[Certificate], EnrollmentError>] = [:]
    private var lists: [String: CertificateRevocationList?] = [:]
    /// The files that hold authorities, by their names without ".crt".
    private var authorityNames: [String] = []

    init(directory: String) {
        self.directory = directory
        isOpen = (PermissionProblem(above: directory) ?? PermissionProblem(into: directory)) != nil
        var parts: [String: Set<String>] = [:]
        for file in FileSystem.names(in: directory) {
            guard let dot = file.lastIndex(of: "."),
                StoreLayout.Part(rawValue: String(file[file.index(after: dot)...])) != nil
            else { continue }
            parts[String(file[..<dot]), default: []].insert(String(file[dot...]))
        }
        for name in FileSystem.names(in: "\(directory)/.identities") { parts[name, default: []].insert("") }
        for (name, found) in parts.sorted(by: { $0.key < $1.key }) {
            guard let device = try? DeviceName(name) else { continue }
            if found == [".crt"], isAuthority(name) { authorityNames.append(name) } else { names.append(device) }
        }
    }

    /// Whether a certificate that stands alone is a CA's.
    private mutating func isAuthority(_ name: String) -> Bool {
        (try? authority(name).get())?.first?.isCertificateAuthority ?? false
    }

    private mutating func authority(_ name: String) -> Result<[Certificate], EnrollmentError> {
        if let known = authorities[name] { return known }
        let file = AuthorityFile(directory: directory, name: name)
        let read = Result { () throws(EnrollmentError) in try file.read() }
        authorities[name] = read
        return read
    }

    private mutating func list(_ name: String) -> CertificateRevocationList? {
        if let known = lists[name] { return known }
        let file = RevocationListFile(directory: directory, authorityName: name)
        let read = (try? file.read()) ?? nil
        lists[name] = read
        return read
    }

    /// What there is of a device; nil where it is nothing, or a file of another kind with such a name.
    mutating func read(_ name: String) -> StoredIdentity? {
        let layout = StoreLayout(directory: directory, name: name)
        // Once, so that a renewal at the same time does not mix two generations.
        let generation = ((try? FileSystem.target(ofLink: layout.current)) ?? nil).map { "\(layout.folder)/\($0)" }
        func path(_ part: StoreLayout.Part) -> String { layout.source(of: part, in: generation) }
        var flaws: Set<StoredIdentity.Flaw> = []
        let places = layout.places(in: generation)
        if isOpen || places.contains(where: { PermissionProblem(into: $0) != nil }) { flaws.insert(.folderOpen) }
        if (places + [layout.pending]).contains(where: { FileSystem.denial(of: $0) != nil }) {
            return StoredIdentity(
                name: name, profile: nil, certificate: nil, pending: nil, authorityName: nil,
                flaws: [.permissionDenied])
        }
        let profile = Self.profile(path(.profile), &flaws)
        let certificate = Self.certificate(path(.certificate), &flaws)
        let hasKey = FileSystem.exists(path(.key))
        // One that was cut off when its identity was in place is complete.
        let isDone = generation.map { FileSystem.areOne(layout.run(in: $0), layout.pending) } ?? false
        let pending = isDone ? nil : Self.pending(layout.pending)
        if profile == nil, pending == nil, !hasKey, flaws.contains(.certificateMissing) {
            guard layout.brokenLink != nil else { return nil }
            return StoredIdentity(
                name: name, profile: nil, certificate: nil, pending: nil, authorityName: nil, flaws: [.filesMissing])
        }

        let authorityName = profile?.ca ?? pending?.authorityName ?? certificate.flatMap { self.signer(of: $0) }
        if hasKey { Self.checkKey(path(.key), certificate, &flaws) }
        if !hasKey, pending == nil || !flaws.contains(.certificateMissing) { flaws.insert(.keyMissing) }
        if let certificate, let profile, certificate.subject.commonName != profile.commonName {
            flaws.insert(.nameMismatch)
        }
        if let certificate, let authorityName { check(certificate, authorityName, &flaws) }
        if let generation, FileSystem.exists(layout.revocationMark(in: generation)) { flaws.insert(.revoked) }
        // A run that was cut off is completed with all of them.
        if pending != nil, certificate == nil { flaws.subtract([.certificateMissing, .profileMissing]) }
        return StoredIdentity(
            name: name, profile: profile, certificate: certificate, pending: pending, authorityName: authorityName,
            flaws: StoredIdentity.Flaw.allCases.filter(flaws.contains))
    }

    private mutating func signer(of certificate: Certificate) -> String? {
        for name in authorityNames {
            guard let known = try? authority(name).get() else { continue }
            if known.contains(where: { certificate.isSigned(by: $0) }) { return name }
        }
        return nil
    }

    private mutating func check(
        _ certificate: Certificate, _ authorityName: String, _ flaws: inout Set<StoredIdentity.Flaw>
    ) {
        if certificate.isCertificateAuthority { flaws.insert(.isAuthority) }
        switch authority(authorityName) {
        case .failure: flaws.insert(.authorityUnreadable)
        case .success(let known) where known.isEmpty: flaws.insert(.authorityMissing)
        case .success(let known):
            let file = AuthorityFile(directory: directory, name: authorityName)
            if PermissionProblem(into: file.path) != nil { flaws.insert(.folderOpen) }
            if !known.contains(where: { certificate.isSigned(by: $0) }) { flaws.insert(.notSigned) }
            checkRevocation(certificate, authorityName, known, &flaws)
        }
    }

    /// Looks a certificate up in its CA's list, where there is one that is to be believed.
    private mutating func checkRevocation(
        _ certificate: Certificate, _ authorityName: String, _ known: [Certificate],
        _ flaws: inout Set<StoredIdentity.Flaw>
    ) {
        guard let list = list(authorityName) else { return }
        switch list.answer(about: certificate, trusting: known, at: now) {
        case .notRevoked: break
        case .revoked: flaws.insert(.revoked)
        case .unknown(let problem):
            // Lists are short-lived, and each renewal fetches one: that one is out of date matters where it names the certificate.
            let isOld = problem.kind == .expired && certificate.revocation(in: list) == nil
            if problem.kind != .otherIssuer && !isOld { flaws.insert(.listUnusable) }
        }
    }

    private static func profile(_ path: String, _ flaws: inout Set<StoredIdentity.Flaw>) -> Profile? {
        guard FileSystem.exists(path) else {
            flaws.insert(.profileMissing)
            return nil
        }
        let profile = try? JSON.decode(Profile.self, from: path, meantAs: "profile")
        if profile == nil { flaws.insert(.profileUnreadable) }
        return profile
    }

    private static func certificate(_ path: String, _ flaws: inout Set<StoredIdentity.Flaw>) -> Certificate? {
        guard FileSystem.exists(path) else {
            flaws.insert(.certificateMissing)
            return nil
        }
        let certificate = (try? FileSystem.read(path)).flatMap { try? Certificate(pem: $0) }
        if certificate == nil { flaws.insert(.certificateUnreadable) }
        return certificate
    }

    private static func checkKey(
        _ path: String, _ certificate: Certificate?, _ flaws: inout Set<StoredIdentity.Flaw>
    ) {
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & 0o077 != 0 { flaws.insert(.keyExposed) }
        do throws(EnrollmentError) {
            let key = try KeyFile.read(path)
            if let certificate, !key.belongs(to: certificate) { flaws.insert(.keyMismatch) }
        } catch {
            flaws.insert(error.cryptography?.code == .encryptedKey ? .keyEncrypted : .keyUnreadable)
        }
    }

    /// What a run was for that was cut off; its key is not looked at.
    private static func pending(_ path: String) -> StoredIdentity.Pending? {
        guard FileSystem.exists(path) else { return nil }
        var content = (try? FileSystem.read(path)) ?? []
        defer { wipe(&content) }
        let fields = PendingRun.fields(of: content)
        return StoredIdentity.Pending(
            gateway: fields["gateway"], tenant: fields["tenant"], authorityName: PendingRun.authorityName(in: fields),
            request: try? CertificateRequest(pem: content))
    }
}
