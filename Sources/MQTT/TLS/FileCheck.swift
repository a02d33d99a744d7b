import Glibc

/// Says which file is missing before OpenSSL says only that one is, and keeps it from waiting for the other end of a pipe.
enum FileCheck {
    /// - Parameter isFolder: whether a folder is expected, and not a file.
    static func readable(_ path: String, _ what: String, isFolder: Bool = false) throws(MQTTError) {
        var status = stat()
        guard access(path, R_OK) == 0, stat(path, &status) == 0 else {
            let reason = String(cString: strerror(errno))
            throw MQTTError(.fileMissing, "cannot read \(what) \(path): \(reason)")
        }
        guard status.st_mode & S_IFMT == (isFolder ? S_IFDIR : S_IFREG) else {
            throw MQTTError(.fileMissing, "cannot read \(what) \(path): it is no \(isFolder ? "folder" : "file")")
        }
    }
}
