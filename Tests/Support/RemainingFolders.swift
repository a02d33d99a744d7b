import Foundation

/// The temporary folders that are there; those that a static property still holds at the end of the process go then.
final class RemainingFolders: @unchecked Sendable {  // what changes is guarded by `lock`
    private let lock = NSLock()
    private var paths: Set<String> = []

    init() {
        atexit { TemporaryFolder.removeRemaining() }
    }

    func add(_ path: String) {
        lock.lock()
        defer { lock.unlock() }
        paths.insert(path)
    }

    func remove(_ path: String) {
        lock.lock()
        paths.remove(path)
        lock.unlock()
        TestSecrets.search(folder: path)
        try? FileManager.default.removeItem(atPath: path)
    }

    func removeAll() {
        lock.lock()
        let rest = paths
        lock.unlock()
        for path in rest { remove(path) }
    }
}
