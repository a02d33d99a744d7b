import Glibc

/// Which files stand at some paths, so that others in their place are noticed, see stat(2).
public struct FileStamp: Equatable, Sendable {
    private let parts: [[Int]]

    /// Looks at the files; one that is missing is told from one that is there.
    public init(_ paths: [String]) {
        parts = paths.map { path in
            var status = stat()
            guard stat(path, &status) == 0 else { return [] }
            return [Int(status.st_ino), Int(status.st_mtim.tv_sec), Int(status.st_mtim.tv_nsec)]
        }
    }
}
