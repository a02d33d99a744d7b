import Glibc

/// A folder that is one sandbox's alone: two would overwrite each other's state and sign by the same CA.
///
/// The kernel lets go of it with the process, however that ends (flock(2)).
final class FolderLock: Sendable {
    private let descriptor: Int32

    /// Takes a folder.
    ///
    /// - Throws: ``SandboxError/Code/folderInUse`` where another sandbox has it.
    init(_ folder: String) throws(SandboxError) {
        let path = folder + "/lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SandboxError.file("write", path, errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let number = errno
            // Thrown with all fields set: deinit closes the file.
            guard number == EWOULDBLOCK else { throw SandboxError.file("lock", path, number) }
            let holder = Self.holder(path).map { " (process \($0))" } ?? ""
            throw SandboxError(
                .folderInUse, "the folder \(folder) is in use by another dojot-sandbox\(holder)",
                hint: "stop that one, or choose another --dir")
        }
        ftruncate(descriptor, 0)
        _ = AtomicFile.writeAll(Array("\(getpid())\n".utf8), to: descriptor)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// The process that wrote itself into the file.
    private static func holder(_ path: String) -> Int32? {
        let bytes = (try? AtomicFile.read(path)).flatMap { $0 } ?? []
        return Int32(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }
}
