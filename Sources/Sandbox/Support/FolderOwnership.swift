import Glibc
import Threads

/// Whether a folder and all in it are this user's alone: configuration files and keys are read from there, and programs started by them.
enum FolderOwnership {
    /// Checks the folders above, the folder, and all in it.
    ///
    /// What passes cannot be changed by another user afterwards: each folder on the way is this user's or root's, and nobody else can
    /// write to it (or only to their own entries, where it has the sticky bit).
    ///
    /// - Parameter path: from the root, without symbolic links.
    /// - Throws: ``SandboxError/Code/unsafeFolder`` with the first entry that is another user's, that others can write to, or that is a
    ///   symbolic link.
    static func check(_ path: String) throws(SandboxError) {
        var parent = path[...]
        while let slash = parent.lastIndex(of: "/"), parent != "/" {
            parent = slash == parent.startIndex ? "/" : parent[..<slash]
            var status = stat()
            guard lstat(String(parent), &status) == 0 else { throw SandboxError.file("read", String(parent), errno) }
            // Root may use folders of other users, as it does in containers; 65534 is the owner of what is not mapped there.
            guard geteuid() == 0 || [0, geteuid(), 65534].contains(status.st_uid) else {
                throw foreign(String(parent), of: path)
            }
            guard status.st_mode & S_ISVTX != 0 || !isOpen(status) else { throw open(String(parent), of: path) }
        }
        let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw SandboxError.file("open", path, errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let number = errno
            close(descriptor)
            throw SandboxError.file("read", path, number)
        }
        try check(status, path, of: path)
        try checkEntries(descriptor, path, of: path)
    }

    /// Checks what is in an open folder, and closes it.
    private static func checkEntries(
        _ descriptor: Int32, _ path: String, of root: String
    ) throws(SandboxError) {
        guard let stream = fdopendir(descriptor) else {
            let number = errno
            close(descriptor)
            throw SandboxError.file("read", path, number)
        }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name == "." || name == ".." { continue }
            let place = "\(path)/\(name)"
            var status = stat()
            guard fstatat(dirfd(stream), name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
                if errno == ENOENT { continue }
                throw SandboxError.file("read", place, errno)
            }
            try check(status, place, of: root)
            guard status.st_mode & S_IFMT == S_IFDIR else { continue }
            let inner = openat(dirfd(stream), name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard inner >= 0 else { throw SandboxError.file("open", place, errno) }
            try checkEntries(inner, place, of: root)
        }
    }

    private static func check(_ status: stat, _ path: String, of root: String) throws(SandboxError) {
        guard status.st_uid == geteuid() else { throw foreign(path, of: root) }
        switch status.st_mode & S_IFMT {
        case S_IFLNK:
            throw SandboxError(
                .unsafeFolder, "cannot use the folder \(root): \(path) is a symbolic link", hint: hint)
        // The broker's socket is made anew at each start.
        case S_IFSOCK: return
        default: if isOpen(status) { throw open(path, of: root) }
        }
    }

    /// Whether another user can write to it.
    private static func isOpen(_ status: stat) -> Bool {
        status.st_mode & S_IWOTH != 0
            || (status.st_mode & S_IWGRP != 0 && !AccountDirectory.isPrivate(status.st_gid, of: geteuid()))
    }

    private static func foreign(_ path: String, of root: String) -> SandboxError {
        SandboxError(.unsafeFolder, "cannot use the folder \(root): \(path) is another user's", hint: hint)
    }

    private static func open(_ path: String, of root: String) -> SandboxError {
        SandboxError(
            .unsafeFolder, "cannot use the folder \(root): others can write to \(path)", hint: hint)
    }

    private static let hint = "give a folder with --dir that is yours alone, or one that does not exist yet"
}
