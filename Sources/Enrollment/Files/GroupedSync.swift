import CLinux
import Glibc
import Threads

/// One write to disk for all threads that wait for one, see syncfs(2).
///
/// Whoever comes while one is going on waits for the next, which one of them does for all: with 16 at work on as many devices a
/// journaling file system then writes its journal some 60 times a second, instead of a dozen times a device. It puts more on disk than
/// was asked for, all of the file system: of that others wrote too. From Linux 5.8 on it tells of a write that failed, as fsync(2) does.
public final class GroupedSync: Sendable {
    /// One write, and its error's number once it has ended, 0 for none. Those who wait for another are not woken by it.
    private final class Round: Sendable {
        private let reason = Guarded<Int32?>(nil)

        func end(_ reason: Int32) { self.reason.withLock { $0 = reason } }

        func wait() -> Int32 { reason.wait { $0 } }
    }

    private struct State {
        /// The one that is going on.
        var going: Round?
        /// The one after it, which somebody already waits to begin.
        var next: Round?
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
        let (round, before, isOurs): (Round, Round?, Bool) = state.withLock { state in
            if let next = state.next { return (next, nil, false) }
            let round = Round()
            if state.going == nil { state.going = round } else { state.next = round }
            return (round, state.going === round ? nil : state.going, true)
        }
        let reason = isOurs ? lead(round, after: before) : round.wait()
        guard reason != 0 else { return }
        errno = reason
        throw FileSystem.failure(.cannotWrite, "put on disk what is in", path)
    }

    /// Writes for all who wait for a round, once the one before it has ended.
    private func lead(_ round: Round, after before: Round?) -> Int32 {
        if let before {
            _ = before.wait()
            state.withLock { ($0.going, $0.next) = (round, nil) }
        }
        let reason = linux_syncfs(descriptor) == 0 ? 0 : errno
        state.withLock { if $0.going === round { $0.going = nil } }
        round.end(reason)
        return reason
    }
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
