/// The platform's state in a file of the sandbox's folder: a thread writes it whole, soon after each change.
final class StateFile: Sendable {
    typealias Content = @Sendable () -> [UInt8]

    private struct Pending {
        var content: Content?
        var stopped = false
    }

    /// Changes within this many seconds are written together.
    private static let gathering = 0.05

    private let path: String
    private let pending = Guarded(Pending())
    private let writer: WorkerThread
    /// What kept the last write from being done.
    private let failure = Guarded<SandboxError?>(nil)

    init(_ path: String) {
        self.path = path
        writer = WorkerThread { [pending, failure] in
            while true {
                let next = pending.wait(seconds: 3600) { pending -> (content: Content?, last: Bool)? in
                    guard pending.content != nil || pending.stopped else { return nil }
                    defer { pending.content = nil }
                    return (pending.content, pending.stopped)
                }
                guard let next else { continue }
                if let content = next.content {
                    do throws(SandboxError) {
                        try AtomicFile.write(content(), to: path)
                    } catch { failure.withLock { $0 = error } }
                }
                if next.last { return }
                _ = pending.wait(seconds: Self.gathering) { $0.stopped ? true : nil }
            }
        }
    }

    /// Has `content` written soon.
    func save(_ content: @escaping @Sendable () -> [UInt8]) { pending.withLock { $0.content = content } }

    /// Writes what is left to write.
    func stop() throws(SandboxError) {
        pending.withLock { $0.stopped = true }
        writer.join()
        if let failure = failure.withLock({ $0 }) { throw failure }
    }
}
