import CLinux
import CommandLineKit
import Glibc
import Threads

/// A folder or file that another user can write to or replace, and so put a key or a CA's certificate of their own in it.
///
/// A folder or file is safe where its owner is this user or root, and neither its group nor others have write permission. The sticky
/// bit does not make a folder safe: others can still create files in it. One group is an exception: the group of the user's own
/// name without other members, which useradd(8) creates on Debian. With the umask 002 that belongs to it, every folder is
/// writable by that group.
public struct PermissionProblem: Sendable {
    /// The folder or file.
    public let path: String
    /// The reason, as the rest of a sentence about the path: "everybody may write to it".
    public let reason: String
    /// The fix: a command where there is one.
    public let cure: String

    /// Checks a folder or a file. Nil where it is safe or does not exist.
    public init?(into path: String) {
        var status = stat()
        guard stat(path, &status) == 0, [S_IFDIR, S_IFREG].contains(status.st_mode & S_IFMT) else { return nil }
        guard [0, geteuid()].contains(status.st_uid) else {
            self.init(path, ownedBy: status.st_uid)
            return
        }
        guard let reason = Self.otherWriters(path, status) else { return nil }
        self.init(path, reason, cure: Self.fix(path))
    }

    /// Checks the folders above a folder, symbolic links included. Nil where no other user can replace the folder between its check and
    /// its use.
    ///
    /// In a folder with the sticky bit, such as /tmp, only the owner of an entry can rename or remove it. The check of a relative path
    /// begins at the working directory, which cannot be replaced. Root may use folders of other users: it does so in containers and
    /// under sudo.
    public init?(above folder: String) {
        var rest = folder.split(separator: "/")[...]
        var base = folder.hasPrefix("/") ? "/" : "."
        var links = 0
        while let name = rest.popFirst() {
            if name == "." { continue }
            let path = base == "/" ? "/\(name)" : "\(base)/\(name)"
            guard let entry = Self.status(path) else {
                // The program will create a missing folder; whoever may write here can create it first.
                guard errno == ENOENT, let found = PermissionProblem(replacing: nil, in: base) else { return nil }
                self = found
                return
            }
            if name != "..", let found = PermissionProblem(replacing: entry, in: base) {
                self = found
                return
            }
            guard entry.st_mode & S_IFMT == S_IFLNK else {
                base = path
                continue
            }
            links += 1
            // ELOOP, see path_resolution(7).
            guard links <= 40, let target = (try? FileSystem.target(ofLink: path)) ?? nil else { return nil }
            rest = (target.split(separator: "/") + rest)[...]
            if target.hasPrefix("/") { base = "/" }
        }
        return nil
    }

    /// - Parameter entry: the directory entry that may be replaced; nil where it does not exist yet.
    private init?(replacing entry: stat?, in folder: String) {
        var status = stat()
        guard stat(folder, &status) == 0 else { return nil }
        let user = geteuid()
        // 65534 is the owner of all files of users that this user namespace does not map, see user_namespaces(7).
        if user != 0, ![0, user, 65534].contains(status.st_uid) {
            self.init(folder, ownedBy: status.st_uid)
            return
        }
        if status.st_mode & S_ISVTX != 0, entry.map({ [0, user].contains($0.st_uid) }) ?? true { return nil }
        guard let reason = Self.otherWriters(folder, status) else { return nil }
        self.init(
            folder, reason,
            cure: status.st_uid == user ? Self.fix(folder) : "name a folder of your own with --certs-dir")
    }

    private init(_ path: String, _ reason: String, cure: String) {
        (self.path, self.reason, self.cure) = (path, reason, cure)
    }

    private init(_ path: String, ownedBy user: uid_t) {
        let owner = AccountDirectory.name(ofUser: user)
        self.init(
            path, "it belongs to \(owner)", cure: "run it as \(owner), or name a folder of your own with --certs-dir")
    }

    /// Who may write to it besides its owner: "everybody may write to it"; nil where nobody may.
    private static func otherWriters(_ path: String, _ status: stat) -> String? {
        if status.st_mode & S_IWOTH != 0 { return "everybody may write to it" }
        guard status.st_mode & S_IWGRP != 0 else { return nil }
        if hasAccessList(path) { return "its access list lets others write to it" }
        return AccountDirectory.isPrivate(status.st_gid, of: geteuid())
            ? nil : "its group \(AccountDirectory.name(ofGroup: status.st_gid)) may write to it"
    }

    /// The command that removes the write permission of others.
    private static func fix(_ path: String) -> String {
        let word = path.shellWord
        return hasAccessList(path) ? "setfacl -b \(word); chmod go-w \(word)" : "chmod go-w \(word)"
    }

    /// The status of a directory entry, without following a symbolic link.
    private static func status(_ path: String) -> stat? {
        var status = stat()
        return lstat(path, &status) == 0 ? status : nil
    }

    /// Checks folders and files; a missing one is safe.
    ///
    /// - Throws: `.openFolder`.
    static func check(_ paths: String...) throws(EnrollmentError) {
        for path in paths {
            if let problem = PermissionProblem(into: path) { throw EnrollmentError(problem) }
        }
    }

    /// Checks a folder of identities and the folders above it.
    ///
    /// - Throws: `.openFolder`, also where this user may not read the folder.
    static func check(store directory: String) throws(EnrollmentError) {
        if FileSystem.isFolder(directory), access(directory, R_OK | X_OK) != 0, errno == EACCES {
            throw EnrollmentError(
                .openFolder, "cannot read \(directory): permission denied",
                cure: AccessFix.command(for: directory) ?? "give a folder of your own with --certs-dir")
        }
        if let problem = PermissionProblem(above: directory) { throw EnrollmentError(problem) }
        try check(directory)
    }

    /// Whether the file has an access control list, see acl(5): its group permissions are then the mask of that list.
    private static func hasAccessList(_ folder: String) -> Bool {
        getxattr(folder, "system.posix_acl_access", nil, 0) > 0
    }
}
