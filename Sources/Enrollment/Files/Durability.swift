import Glibc

extension FileSystem {
    /// Puts files and folders on disk, see fsync(2): only when it returns do they outlast a loss of power.
    ///
    /// All at the same time, each on a thread of its own: a journaling file system then writes its journal once for all of them.
    static func sync(_ paths: String...) throws(EnrollmentError) { try sync(paths) }

    static func sync(_ paths: [String]) throws(EnrollmentError) {
        var threads: [(path: String, thread: BackgroundThread<Int32>)] = []
        for path in paths.dropFirst() { threads.append((path, try BackgroundThread { syncOne(path) })) }
        var failed = paths.first.map { (path: $0, reason: syncOne($0)) }
        for (path, thread) in threads {
            let reason = thread.join()
            if reason != 0 { failed = (path, reason) }
        }
        if let failed, failed.reason != 0 {
            errno = failed.reason
            throw failure(.cannotWrite, "put on disk", failed.path)
        }
    }

    /// Puts one file or folder on disk; 0, or the error's number.
    private static func syncOne(_ path: String) -> Int32 {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        return fsync(descriptor) == 0 ? 0 : errno
    }
}
