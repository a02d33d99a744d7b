import CLinux
import Glibc
import Threads

/// One write to disk for all threads that wait for one, see syncfs(2).
///
/// Whoever comes while one is going on waits for the next, which one of them does for all: with 16 at work on as many devices a
/// journaling file system then writes its journal some 60 times a second, instead of a dozen times a device. It puts more on disk than
/// was asked for, all of the file system: of that others wrote too. From Linux 5.8 on it tells of a write that failed, as fsync(2) does.
public final class GroupedSync: Sendable {
    private struct State {
        /// How many have begun, and how many of these have ended.
        var (begun, ended) = (0, 0)
        /// The last that failed, and its error's number.
        var (failed, reason): (Int, Int32) = (0, 0)
    }

    private let state = Guarded(State())
    private let descriptor: Int32
    private let path: String

    /// For all that is in a folder.
    ///
    /// - Throws: `.cannotRead` where there is none.
    public init(for folder: String) throws(EnrollmentError) {
        path = folder
        descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileSystem.failure(.cannotRead, "open", folder) }
    }

    deinit { close(descriptor) }

    /// Waits until all that was written before the call is on disk.
    ///
    /// - Throws: `.cannotWrite`.
    public func run() throws(EnrollmentError) {
        // One that is going on may have passed by what was written since it began.
        let needed = state.withLock { $0.begun } + 1
        var failure: Int32 = 0
        while true {
            let ended: Bool = state.wait { state in
                if state.ended >= needed {
                    // One that failed since may be a later one: it says of ours what nobody can know better.
                    failure = state.failed >= needed ? state.reason : 0
                    return true
                }
                guard state.begun == state.ended else { return nil }
                state.begun += 1
                return false
            }
            if ended { break }
            let reason = syncOnce()
            state.withLock { state in
                state.ended += 1
                if reason != 0 { (state.failed, state.reason) = (state.ended, reason) }
            }
        }
        guard failure != 0 else { return }
        errno = failure
        throw FileSystem.failure(.cannotWrite, "put on disk what is in", path)
    }

    private func syncOnce() -> Int32 { linux_syncfs(descriptor) == 0 ? 0 : errno }
}

/// How what is written to a store gets onto the disk; what is promised is the same.
enum Durability: Sendable {
    /// File by file, for one identity.
    case each
    /// All at once, for many identities at the same time.
    case grouped(GroupedSync)

    /// Puts files and folders on disk.
    ///
    /// - Throws: `.cannotWrite`, `.cannotCreate`.
    func sync(_ paths: [String]) throws(EnrollmentError) {
        switch self {
        case .each: try FileSystem.sync(paths)
        case .grouped(let group): try group.run()
        }
    }
}
