import Glibc

/// The folder that a run's results are written to, each file whole or not at all.
public struct OutputFolder: Sendable {
    /// Where it is.
    public let path: String

    /// Makes the folder, and those above it, where they are not there yet.
    ///
    /// - Throws: `FleetError` with `.cannotWrite`.
    public init(_ path: String) throws(FleetError) {
        self.path = path
        var made = path.hasPrefix("/") ? "/" : ""
        for name in path.split(separator: "/") {
            made += made.isEmpty || made.hasSuffix("/") ? "\(name)" : "/\(name)"
            guard mkdir(made, 0o777) == 0 || errno == EEXIST || errno == EISDIR else {
                throw Self.failure("make", made)
            }
        }
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw FleetError(.cannotWrite, "\(path) is no folder")
        }
    }

    /// Puts a file in the place of one that may be there.
    ///
    /// - Throws: `FleetError` with `.cannotWrite`; what was there is there still.
    public func write(_ content: [UInt8], to name: String) throws(FleetError) {
        let file = "\(path)/\(name)"
        let temporary = "\(path)/.\(name).\(getpid())"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
        guard descriptor >= 0 else { throw Self.failure("write", file) }
        var written = 0
        while written < content.count {
            let count = content.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + written }, $0.count - written)
            }
            if count < 0 && errno == EINTR { continue }
            if count < 0 { break }
            written += count
        }
        let reason = errno
        close(descriptor)
        guard written == content.count, rename(temporary, file) == 0 else {
            let reason = written == content.count ? errno : reason
            unlink(temporary)
            errno = reason
            throw Self.failure("write", file)
        }
    }

    /// Removes what an earlier run left of that name.
    func remove(_ name: String) { unlink("\(path)/\(name)") }

    private static func failure(_ action: String, _ path: String) -> FleetError {
        let reason = String(cString: strerror(errno))
        return FleetError(
            .cannotWrite, "cannot \(action) \(path): \(reason.prefix(1).lowercased() + reason.dropFirst())")
    }
}
