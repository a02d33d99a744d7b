import CLinux
import Glibc
import Threads

/// Somebody else who may put files into a folder, and so a key or a CA's certificate of his own in the place of ours.
///
/// A folder is this user's alone where it belongs to him or to root, and neither everybody nor its group may write to it. The sticky bit
/// does not help: it lets others make what is not there yet. One exception is made: the group that useradd(8) makes for each user on
/// Debian and its kin has nobody else in it, and under the umask 002 that goes with it every folder is the group's to write to.
///
/// The folders above are not looked at, unlike sshd(8)'s StrictModes: who may write there can put another folder in the place of this one, but
/// not one that belongs to this user.
public struct FolderIntruder: Sendable {
    public let folder: String
    /// Who it is and why, to follow the folder: "everybody may write to it".
    public let reason: String
    /// The way out, with a command to run where there is one.
    public let cure: String

    /// Looks for one; nil where there is none, or no such folder.
    public init?(into folder: String) {
        var status = stat()
        guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return nil }
        let user = geteuid()
        if status.st_uid != user && status.st_uid != 0 {
            let owner = Self.name(ofUser: status.st_uid)
            self.init(
                folder, "it belongs to \(owner)",
                cure: "run it as \(owner), or name a folder of your own with --certs-dir")
        } else if status.st_mode & S_IWOTH != 0 {
            self.init(folder, "everybody may write to it", cure: "chmod go-w \(Self.word(folder))")
        } else if status.st_mode & S_IWGRP != 0, Self.hasAccessList(folder) {
            let word = Self.word(folder)
            self.init(folder, "its access list lets others write to it", cure: "setfacl -b \(word); chmod go-w \(word)")
        } else if status.st_mode & S_IWGRP != 0, !Self.isPrivate(status.st_gid, of: user) {
            self.init(
                folder, "its group \(Self.name(ofGroup: status.st_gid)) may write to it",
                cure: "chmod go-w \(Self.word(folder))")
        } else {
            return nil
        }
    }

    private init(_ folder: String, _ reason: String, cure: String) {
        (self.folder, self.reason, self.cure) = (folder, reason, cure)
    }

    /// Checks that each folder that is there is this user's alone.
    ///
    /// - Throws: `.openFolder`.
    static func refuse(_ folders: String...) throws(EnrollmentError) {
        for folder in folders {
            if let intruder = FolderIntruder(into: folder) { throw EnrollmentError(intruder) }
        }
    }

    /// getpwuid(3) and getgrgid(3) give their answers in one place each, which all threads share: one asks at a time.
    private static let directory = OneAtATime()

    /// Whether a group is the user's own and has nobody else in it: by name, as pam_umask(8) knows it, and by its list of members.
    private static func isPrivate(_ group: gid_t, of user: uid_t) -> Bool {
        directory.run { isAlone(in: group, user) }
    }

    private static func isAlone(in group: gid_t, _ user: uid_t) -> Bool {
        guard let account = getpwuid(user), account.pointee.pw_gid == group, let own = account.pointee.pw_name,
            let entry = getgrgid(group), let name = entry.pointee.gr_name, strcmp(name, own) == 0
        else { return false }
        var member = entry.pointee.gr_mem
        while let other = member?.pointee {
            if strcmp(other, own) != 0 { return false }
            member = member?.successor()
        }
        return true
    }

    /// Whether more than owner, group and others is said of the folder, see acl(5): the group's bits then stand for all of it.
    private static func hasAccessList(_ folder: String) -> Bool {
        getxattr(folder, "system.posix_acl_access", nil, 0) > 0
    }

    private static func name(ofUser user: uid_t) -> String {
        directory.run { getpwuid(user).map { String(cString: $0.pointee.pw_name) } ?? "the user \(user)" }
    }

    private static func name(ofGroup group: gid_t) -> String {
        directory.run { getgrgid(group).map { String(cString: $0.pointee.gr_name) } ?? "\(group)" }
    }

    /// The path as a word for a shell.
    private static func word(_ path: String) -> String {
        let isPlain = path.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "/._-:@+,=".utf8.contains(byte)
            }
        }
        if isPlain && !path.isEmpty { return path }
        return "'" + path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
