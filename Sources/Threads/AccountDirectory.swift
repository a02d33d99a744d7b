public import Glibc

/// The users and groups of this machine, as passwd(5) and group(5) have them; on any thread.
public enum AccountDirectory {
    /// Serialises getpwuid(3) and getgrgid(3): each returns a static buffer, which all threads share.
    private static let directory = OneAtATime()

    /// Whether a group is a user's private one: it has the user's own name, as pam_umask(8) requires, and no other members. useradd(8)
    /// creates it on Debian, and with the umask 002 that belongs to it, every file is writable by that group.
    public static func isPrivate(_ group: gid_t, of user: uid_t) -> Bool {
        directory.run { isAlone(in: group, user) }
    }

    /// A user's name; "the user 1000" where there is none.
    public static func name(ofUser user: uid_t) -> String {
        directory.run { getpwuid(user).map { String(cString: $0.pointee.pw_name) } ?? "the user \(user)" }
    }

    /// A group's name; its number where there is none.
    public static func name(ofGroup group: gid_t) -> String {
        directory.run { getgrgid(group).map { String(cString: $0.pointee.gr_name) } ?? "\(group)" }
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
}
