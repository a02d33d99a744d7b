import Glibc

/// A lock that other processes respect and that dies with its holder, see flock(2).
final class FileLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock at `path`, making the file where it is missing.
    ///
    /// - Parameter wait: whether to wait for another holder; else it is an error of code `.busy`.
    init(_ path: String, wait: Bool, holding subject: String) throws(EnrollmentError) {
        while true {
            let candidate = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard candidate >= 0 else { throw FileSystem.failure(.cannotCreate, "make the lock", path) }
            while flock(candidate, LOCK_EX | (wait ? 0 : LOCK_NB)) != 0 {
                if errno == EINTR { continue }
                close(candidate)
                throw EnrollmentError(.busy, "another process is at work on \(subject)")
            }
            // The holder before us may have removed the file that we opened: then it locks nothing.
            var ours = stat()
            var named = stat()
            if fstat(candidate, &ours) == 0, stat(path, &named) == 0, ours.st_ino == named.st_ino {
                descriptor = candidate
                return
            }
            close(candidate)
        }
    }

    deinit {
        // By name, since a child that another thread is just starting holds a copy of the descriptor until it becomes its program.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
