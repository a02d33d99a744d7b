import Glibc

/// Files that are there whole or not at all.
enum AtomicFile {
    /// Writes a file beside its place and renames it there.
    static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o600) throws(SandboxError) {
        let draft = path + ".new"
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw SandboxError.file("write", draft, errno) }
        let code = writeAll(bytes, to: descriptor)
        close(descriptor)
        if code != 0 {
            unlink(draft)
            throw SandboxError.file("write", draft, code)
        }
        guard rename(draft, path) == 0 else { throw SandboxError.file("rename to", path, errno) }
    }

    /// Reads a whole file; nil where there is none.
    static func read(_ path: String) throws(SandboxError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw SandboxError.file("read", path, errno)
        }
        defer { close(descriptor) }
        var result: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            if count < 0 { throw SandboxError.file("read", path, errno) }
            if count == 0 { return result }
            result += buffer[..<count]
        }
    }

    /// Makes a folder that only its owner may enter, and those above it.
    static func makeFolder(_ path: String) throws(SandboxError) {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw SandboxError.file("make", path, errno)
        }
        try makeFolder(String(path[..<slash]))
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw SandboxError.file("make", path, errno) }
    }

    /// Makes a folder as above, and gives its path from the root.
    static func makeAbsoluteFolder(_ path: String) throws(SandboxError) -> String {
        try makeFolder(path)
        guard let resolved = realpath(path, nil) else { throw SandboxError.file("find", path, errno) }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Writes to an open file; gives 0, or errno.
    static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            if count < 0 { return errno }
            rest = rest.dropFirst(count)
        }
        return 0
    }
}
