import Glibc
import PKI

/// The few things done to files here. A change is on disk only after `sync`; nothing is renamed into place before that, see rename(2).
enum FileSystem {
    /// What stands at a path, without following a symbolic link.
    enum Kind { case absent, file, folder, link, other }

    static func kind(_ path: String) throws(EnrollmentError) -> Kind {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            if saysNothingIsThere(errno) { return .absent }
            throw failure(.cannotRead, "look at", path)
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file
        case S_IFDIR: return .folder
        case S_IFLNK: return .link
        default: return .other
        }
    }

    /// Whether something is at `path`, links followed. Where that cannot be told it is taken to be: nothing is written over then, and
    /// whoever reads it learns why not.
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 || !saysNothingIsThere(errno) }

    /// Whether something is at `path` for sure, links followed.
    static func isReachable(_ path: String) -> Bool { access(path, F_OK) == 0 }

    private static func saysNothingIsThere(_ reason: Int32) -> Bool { reason == ENOENT || reason == ENOTDIR }

    /// Whether a folder is at `path`, links followed.
    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Makes a folder that only its owner may enter, and says whether it did: one that is there already is kept as it is.
    @discardableResult
    static func makeFolder(_ path: String, mode: mode_t = 0o700) throws(EnrollmentError) -> Bool {
        if mkdir(path, mode) == 0 { return true }
        guard errno == EEXIST else { throw failure(.cannotCreate, "make the folder", path) }
        return false
    }

    /// The content of a file, at most 1 MiB; what is no file is not read.
    static func read(_ path: String) throws(EnrollmentError) -> [UInt8] {
        do throws(InputDescriptor.Failure) {
            return try InputDescriptor(path).contents(most: 1 << 20)
        } catch {
            let reason = error.number == EFBIG ? "it is larger than 1 MiB" : error.reason
            throw EnrollmentError(
                error.number == ENOENT ? .fileMissing : .cannotRead, "cannot read \(path): \(reason)",
                cure: error.number == EACCES ? AccessFix.command(for: path) : nil)
        }
    }

    /// Makes a file that was not there before, with `mode` from its first byte.
    static func create(_ path: String, _ content: [UInt8], mode: mode_t) throws(EnrollmentError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw failure(.cannotCreate, "make", path) }
        var written = 0
        while written < content.count {
            let count = content.withUnsafeBytes {
                let rest = UnsafeRawBufferPointer(rebasing: $0[written...])
                return write(descriptor, rest.baseAddress, rest.count)
            }
            if count < 0 && errno == EINTR { continue }
            if count < 0 { break }
            written += count
        }
        // The mode asked for, whatever the umask was; a file in use is not widened by it.
        let isWhole = written == content.count && fchmod(descriptor, mode) == 0
        let reason = errno
        close(descriptor)
        if !isWhole {
            unlink(path)
            errno = reason
            throw failure(.cannotWrite, "write", path)
        }
    }

    /// Puts `content` in the place of `path` in one step, and on disk with the `folders` above it that may be new.
    static func replace(
        _ path: String, _ content: [UInt8], mode: mode_t, in folders: [String] = [], _ durability: Durability = .each
    ) throws(EnrollmentError) {
        let temporary = replacement(of: path)
        unlink(temporary)
        try create(temporary, content, mode: mode)
        do throws(EnrollmentError) {
            try durability.sync([temporary] + folders)
            try rename(temporary, to: path)
        } catch {
            unlink(temporary)
            throw error
        }
        try durability.sync([parent(of: path)])
    }

    /// Makes `path` a symbolic link to `target` in one step, whatever it was before.
    static func link(_ path: String, to target: String) throws(EnrollmentError) {
        // Of a new identity nothing is there yet.
        if symlink(target, path) == 0 { return }
        guard errno == EEXIST else { throw failure(.cannotCreate, "make the link", path) }
        let temporary = replacement(of: path)
        unlink(temporary)
        guard symlink(target, temporary) == 0 else { throw failure(.cannotCreate, "make the link", path) }
        do throws(EnrollmentError) {
            try rename(temporary, to: path)
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// What is to come in the place of `path`, until it does. Of two processes only that which holds the lock may replace: so there is one
    /// such name, and what a process that was cut off leaves is not left for ever.
    private static func replacement(of path: String) -> String { "\(path).new" }

    /// Removes what a process that was cut off was to put in the place of `path`.
    static func removeReplacement(of path: String) { unlink(replacement(of: path)) }

    /// Gives the file at `path` a second name; the two are one file from then on, see link(2).
    static func hardLink(_ path: String, as other: String) throws(EnrollmentError) {
        guard Glibc.link(path, other) == 0 else { throw failure(.cannotCreate, "make", other) }
    }

    /// Whether two names are of one file.
    static func areOne(_ path: String, _ other: String) -> Bool {
        var first = stat()
        var second = stat()
        guard lstat(path, &first) == 0, lstat(other, &second) == 0 else { return false }
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }

    /// Renames in one step.
    static func rename(_ path: String, to other: String) throws(EnrollmentError) {
        guard Glibc.rename(path, other) == 0 else { throw failure(.cannotWrite, "put \(path) in place as", other) }
    }

    /// Where a symbolic link leads; nil where there is none, or something else.
    static func target(ofLink path: String) throws(EnrollmentError) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &buffer, buffer.count)
        guard count >= 0 else {
            if errno == EINVAL || saysNothingIsThere(errno) { return nil }
            throw failure(.cannotRead, "read the link", path)
        }
        return String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The names in a folder, sorted, without `.` and `..`; none where it cannot be read.
    static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Removes a folder of files, and of nothing else; what is not there is no error.
    static func removeFolder(_ path: String) {
        for name in names(in: path) { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    /// Removes a folder with all that is in it, as far as that is possible; links are not followed.
    static func removeTree(_ path: String) {
        for name in names(in: path) {
            let entry = "\(path)/\(name)"
            if (try? kind(entry)) == .folder { removeTree(entry) } else { unlink(entry) }
        }
        rmdir(path)
    }

    /// Takes everybody's access to a file away but its owner's; what is not there is no error.
    static func restrict(_ path: String) throws(EnrollmentError) {
        guard chmod(path, 0o600) == 0 || errno == ENOENT else { throw failure(.cannotWrite, "protect", path) }
    }

    /// Removes a folder that nothing is in; any other is kept.
    static func removeEmptyFolder(_ path: String) { rmdir(path) }

    /// Removes a file, and says whether there is none now.
    @discardableResult
    static func remove(_ path: String) -> Bool { unlink(path) == 0 || errno == ENOENT }

    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// An error that says what was tried and what the system answered.
    static func failure(_ code: EnrollmentError.Code, _ action: String, _ path: String) -> EnrollmentError {
        let number = errno
        return EnrollmentError(
            code, "cannot \(action) \(path): \(String(cString: strerror(number)).lowercasedFirst)",
            cure: number == EACCES ? AccessFix.command(for: path) : nil)
    }

    /// The error where this user may not look at `path`; nil where it can be told whether something is there.
    static func denial(of path: String) -> EnrollmentError? {
        access(path, F_OK) != 0 && errno == EACCES ? failure(.cannotRead, "read", path) : nil
    }
}

extension String {
    /// The text with a lower-case first letter, as this program's messages begin.
    fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
