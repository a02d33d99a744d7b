import CommandLineKit
import Glibc

/// The command that gives this user access to files that another user owns, as after one run under sudo.
public enum AccessFix {
    /// The command for a file or folder that this user cannot read or enter.
    ///
    /// It changes the owner of the topmost folder on the way that is another user's while its parent is this user's own. All of it runs
    /// under sudo: a folder of mode 0700 is closed until then.
    /// - Returns: nil where every folder on the way belongs to another user: it is theirs, not this user's.
    public static func command(for path: String) -> String? {
        var (path, status) = (followed(path), stat())
        while lstat(path, &status) != 0 {
            guard path != "/", path != "." else { return nil }
            path = FileSystem.parent(of: path)
        }
        guard status.st_uid != geteuid() else { return "chmod -R u+rwX \(path.shellWord)" }
        while path != "/", path != "." {
            let folder = FileSystem.parent(of: path)
            guard lstat(folder, &status) == 0 else { return nil }
            if status.st_uid == geteuid() { return "sudo chown -R \"$(id -u)\" \(path.shellWord)" }
            path = folder
        }
        return nil
    }

    /// Where the symbolic links at the end of a path lead: what is closed lies there.
    private static func followed(_ path: String) -> String {
        var path = path
        // ELOOP, see path_resolution(7).
        for _ in 0..<40 {
            var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
            let count = readlink(path, &buffer, buffer.count)
            guard count > 0 else { break }
            let target = String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
            path = target.hasPrefix("/") ? target : "\(FileSystem.parent(of: path))/\(target)"
        }
        return path
    }
}
