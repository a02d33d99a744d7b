import Glibc
import Threads

/// A server of others that runs as our child: one thread starts it, waits for its end, and starts it again where nobody asked
/// for that end.
final class SupervisedProcess: Sendable {
    private struct Status {
        var processIdentifier: pid_t = 0
        /// Set by whoever wants it to end.
        var isStopping = false
        /// Why it cannot go on.
        var failure: SandboxError?
        var reloads = 0
        /// Whether it ever served.
        var hasServed = false
        var lastLines: [String] = []
    }

    /// What has to be done before each start.
    typealias Preparation = @Sendable () throws(SandboxError) -> Void

    /// A reload that was begun: by which process, and how many it had done.
    struct Reload: Sendable {
        fileprivate let process: pid_t
        fileprivate let before: Int
    }

    private let program: Program
    private let status = Guarded(Status())
    private let supervisor: WorkerThread

    /// Starts it; the first start may still fail after this.
    ///
    /// - Parameters:
    ///   - prepare: Done before each start.
    ///   - died: Called where it ended by itself, with how; it is then started again.
    init(
        _ program: Program, prepare: @escaping Preparation = {}, died: @escaping @Sendable (String) -> Void
    ) {
        let status = status
        self.program = program
        // The child's life hangs on this thread (see ChildProcess): it lasts as long as the child is wanted.
        supervisor = WorkerThread {
            var quickEnds = 0
            while !status.withLock({ $0.isStopping }) {
                let child: ChildProcess
                do throws(SandboxError) {
                    try prepare()
                    child = try ChildProcess(
                        program.path, program.arguments, in: program.folder, setpriv: program.setpriv)
                } catch {
                    status.withLock { $0.failure = error }
                    return
                }
                let started = Time.monotonic
                status.withLock { $0.processIdentifier = child.processIdentifier }
                Self.readLog(of: child, program, into: status)
                let code = child.wait()
                let goesOn = status.withLock { status in
                    status.processIdentifier = 0
                    if status.isStopping { return false }
                    // One that never served, or ends as soon as it starts, would do so for ever.
                    quickEnds = Time.monotonic - started < 0.5 ? quickEnds + 1 : 0
                    if status.hasServed && quickEnds < 5 { return true }
                    let line = status.lastLines.last { $0.contains(program.wordOfFailure) } ?? status.lastLines.last
                    let said = line.map(program.text) ?? "nothing"
                    status.failure = SandboxError(
                        program.failureCode, "\(program.name) ended with status \(code); it said: \(said)")
                    return false
                }
                guard goesOn else { return }
                usleep(useconds_t(quickEnds) * 100_000)
                died("\(program.name) ended with status \(code); it is started again")
            }
        }
    }

    /// Its process id; 0 while it does not run.
    var processIdentifier: pid_t { status.withLock { $0.processIdentifier } }

    /// Why it cannot go on, if it cannot.
    var failure: SandboxError? { status.withLock { $0.failure } }

    /// Says that it serves: from now on it is started again where it ends by itself.
    func hasServed() { status.withLock { $0.hasServed = true } }

    /// Has it begin to read its files again; nil where it does not run, and so will read them.
    func beginReload() -> Reload? {
        let reload = status.withLock { Reload(process: $0.processIdentifier, before: $0.reloads) }
        guard reload.process > 0 else { return nil }
        kill(reload.process, SIGHUP)
        return reload
    }

    /// Waits until it has read its files again.
    func finish(_ reload: Reload) throws(SandboxError) {
        let done = status.wait(seconds: 15) {
            $0.reloads > reload.before || $0.processIdentifier != reload.process ? true : nil
        }
        if done == nil {
            throw SandboxError(program.failureCode, "\(program.name) did not read its files again within 15 s")
        }
    }

    /// Ends it: by SIGTERM, by SIGKILL where it is not gone 5 s later.
    func stop() {
        let process = status.withLock { status in
            status.isStopping = true
            return status.processIdentifier
        }
        if process > 0 {
            kill(process, SIGTERM)
            let isGone = status.wait(seconds: 5) { $0.processIdentifier == 0 ? true : nil }
            if isGone == nil { kill(process, SIGKILL) }
        }
        supervisor.join()
    }

    private static func readLog(
        of child: ChildProcess, _ program: Program, into status: Guarded<Status>
    ) {
        var pending: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(child.log, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { break }
            pending += buffer[..<count]
            while let end = pending.firstIndex(of: 10) {
                let line = String(decoding: pending[..<end], as: UTF8.self)
                pending.removeSubrange(...end)
                let text = program.text(line)
                status.withLock { status in
                    status.lastLines = status.lastLines.suffix(19) + [line]
                    if let start = program.startOfReload, text.hasPrefix(start) { status.reloads += 1 }
                }
            }
        }
        close(child.log)
    }
}
