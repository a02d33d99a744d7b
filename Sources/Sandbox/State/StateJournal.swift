import Glibc
import Threads

/// The platform's state in a file of the sandbox's folder: a line of JSON a change.
///
/// A change is in the file, though not yet on the disk, before its request is answered: a sandbox that is killed forgets nothing that
/// it has answered. Where most of the file is outdated, a thread writes it anew from a copy of the state, and goes over to the new file once
/// that has all that came meanwhile.
final class StateJournal: Sendable {
    private struct File {
        var descriptor: Int32
        /// Bytes in it, and in it when it was last written anew.
        var size: Int
        var sizeWhenNew: Int
        /// Lines that a new file being written still lacks; nil where none is.
        var missing: [UInt8]?
        var compactor: WorkerThread?
    }

    /// Bytes added before a file is written anew, at least.
    private let leastGrowth: Int
    private let path: String
    private let file: Guarded<File>

    /// Begins a file with a state.
    init(_ path: String, _ state: PlatformState, leastGrowth: Int = 32 << 20) throws(SandboxError) {
        let (descriptor, size) = try Self.write(state, to: path + ".new")
        guard rename(path + ".new", path) == 0 else {
            let number = errno
            close(descriptor)
            throw SandboxError.file("rename to", path, number)
        }
        self.path = path
        self.leastGrowth = leastGrowth
        file = Guarded(File(descriptor: descriptor, size: size, sizeWhenNew: size))
    }

    deinit { stop() }

    /// Reads the state in a file; nil where there is none.
    ///
    /// What follows the last line break was being written when the sandbox ended, and was never answered.
    static func read(_ path: String) throws(SandboxError) -> PlatformState? {
        guard let bytes = try AtomicFile.read(path) else { return nil }
        var state = PlatformState()
        let whole = bytes[..<(bytes.lastIndex(of: 10) ?? 0)]
        for line in whole.split(separator: 10) {
            guard let change = JSON.decode(StateChange.self, from: Array(line)) else {
                throw SandboxError(
                    .file, "\(path) is not a state of the sandbox", hint: "use another --dir, or remove it")
            }
            state.apply(change)
        }
        return state
    }

    /// Writes changes, all or none of them.
    func append(_ changes: [StateChange]) throws(SandboxError) {
        let lines = Self.lines(changes)
        try file.withLock { file throws(SandboxError) in
            let code = AtomicFile.writeAll(lines, to: file.descriptor)
            guard code == 0 else {
                ftruncate(file.descriptor, off_t(file.size))
                throw SandboxError.file("write", path, code)
            }
            file.size += lines.count
            file.missing? += lines
        }
    }

    /// Has the file written anew where most of it is outdated.
    ///
    /// - Parameter state: The state that the lines written so far lead to: nothing may be added before this returns.
    func compact(_ state: PlatformState) {
        file.withLock { file in
            guard file.missing == nil, file.size - file.sizeWhenNew > max(leastGrowth, file.sizeWhenNew) else { return }
            file.missing = []
            // The one before has ended: it went over to its file.
            file.compactor?.join()
            file.compactor = WorkerThread { self.replace(with: state) }
        }
    }

    /// Waits for what is being written.
    func stop() {
        file.withLock { file -> WorkerThread? in
            defer { file.compactor = nil }
            return file.compactor
        }?.join()
        file.withLock { file in
            if file.descriptor >= 0 { close(file.descriptor) }
            file.descriptor = -1
        }
    }

    /// Where it cannot be done, all stays in the file as it is, and it is tried again when that has grown as much once more.
    private func replace(with state: PlatformState) {
        let draft = path + ".new"
        let made = try? Self.write(state, to: draft)
        file.withLock { file in
            defer { file.missing = nil }
            file.sizeWhenNew = file.size
            guard let made else { return }
            let missing = file.missing ?? []
            guard AtomicFile.writeAll(missing, to: made.descriptor) == 0, rename(draft, path) == 0 else {
                close(made.descriptor)
                unlink(draft)
                return
            }
            close(file.descriptor)
            file.descriptor = made.descriptor
            file.size = made.size + missing.count
            file.sizeWhenNew = file.size
        }
    }

    /// Writes a whole state to a new file, which is given open.
    private static func write(
        _ state: PlatformState, to path: String
    ) throws(SandboxError) -> (descriptor: Int32, size: Int) {
        unlink(path)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SandboxError.file("write", path, errno) }
        var size = 0
        var pending: [UInt8] = []
        func flush() throws(SandboxError) {
            let code = AtomicFile.writeAll(pending, to: descriptor)
            if code != 0 { throw SandboxError.file("write", path, code) }
            size += pending.count
            pending.removeAll(keepingCapacity: true)
        }
        do throws(SandboxError) {
            try state.forEachChange { change throws(SandboxError) in
                pending += lines([change])
                if pending.count > 1 << 20 { try flush() }
            }
            try flush()
        } catch {
            close(descriptor)
            unlink(path)
            throw error
        }
        return (descriptor, size)
    }

    private static func lines(_ changes: [StateChange]) -> [UInt8] { changes.flatMap { JSON.encode($0) + [10] } }
}
