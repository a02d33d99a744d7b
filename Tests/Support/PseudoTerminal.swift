public import Foundation

/// A terminal with one program on it, in the test's hands: it types, reads the screen and looks at the terminal's settings.
public final class PseudoTerminal: @unchecked Sendable {  // all that changes is guarded by `condition`
    public let processIdentifier: pid_t

    private let controller: Int32
    private let condition = NSCondition()
    private var shown: [UInt8] = []
    /// Whether all was read that was shown, and nobody has the terminal open any more.
    private var isReadToItsEnd = false
    private var status: Int32?

    /// Starts `path` on a new terminal, as the leader of a new session that the terminal controls.
    public init(
        _ path: String, _ arguments: [String] = [], environment: [String: String] = [:], in folder: String? = nil,
        columns: UInt16 = 100
    ) throws {
        // Linux's own way, see pts(4) and ioctl_tty(2): Swift does not see posix_openpt and its relatives.
        controller = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var (locked, number): (Int32, Int32) = (0, 0)
        let (setLock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)  // TIOCSPTLCK, TIOCGPTN
        guard controller >= 0, ioctl(controller, setLock, &locked) == 0, ioctl(controller, getNumber, &number) == 0
        else { throw SupportError("no pseudo-terminal: \(String(cString: strerror(errno)))") }
        let name = "/dev/pts/\(number)"
        var size = winsize(ws_row: 30, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(controller, UInt(TIOCSWINSZ), &size)

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // The first terminal that a session's leader opens becomes the one that controls it, see setsid(2).
        posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        let newSession: Int16 = 0x80  // POSIX_SPAWN_SETSID, which Swift does not see
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) | newSession)

        let program = folder == nil ? path : "/usr/bin/env"
        let prefix = folder.map { ["env", "--chdir", $0, path] } ?? [path]
        var words: [UnsafeMutablePointer<CChar>?] = (prefix + arguments).map { strdup($0) } + [nil]
        let whole = Child.inherited.merging(["TERM": "xterm-256color"]) { $1 }.merging(environment) { $1 }
        var variables: [UnsafeMutablePointer<CChar>?] = whole.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer {
            for text in words + variables { free(text) }
        }
        var identifier: pid_t = 0
        let code = posix_spawn(&identifier, program, &actions, &attributes, &words, &variables)
        guard code == 0 else {
            close(controller)
            throw SupportError("cannot start \(path): \(String(cString: strerror(code)))")
        }
        processIdentifier = identifier
        read(PrintedSecrets(path, arguments, isResult: false))
    }

    deinit {
        if status == nil {
            kill(processIdentifier, SIGKILL)
            var ignored: Int32 = 0
            waitpid(processIdentifier, &ignored, 0)
        }
        close(controller)
    }

    /// All that was shown so far, with its control characters.
    public var screen: String {
        condition.lock()
        defer { condition.unlock() }
        return String(decoding: shown, as: UTF8.self)
    }

    /// Whether the terminal shows what is typed.
    public var hasEcho: Bool {
        var settings = termios()
        return tcgetattr(controller, &settings) == 0 && settings.c_lflag & tcflag_t(ECHO) != 0
    }

    /// Types, as a person does; "\u{3}" is Ctrl-C.
    public func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(controller, bytes, bytes.count)
    }

    /// Sends the program a signal.
    public func signal(_ number: Int32) { kill(processIdentifier, number) }

    /// Waits until `text` has been shown; false if it was not within `timeout` seconds.
    public func waitFor(_ text: String, timeout: Double = 20) -> Bool {
        let end = Date(timeIntervalSinceNow: timeout)
        while Date() < end {
            if screen.contains(text) { return true }
            usleep(5000)
        }
        return screen.contains(text)
    }

    /// Waits until `isSo` holds; false if it does not within `timeout` seconds.
    public func waitUntil(timeout: Double = 20, _ isSo: () -> Bool) -> Bool {
        let end = Date(timeIntervalSinceNow: timeout)
        while Date() < end {
            if isSo() { return true }
            usleep(5000)
        }
        return isSo()
    }

    /// Waits for the program's end and gives its exit code, or 128 and the signal's number, as a shell does.
    public func wait(timeout: Double = 60) -> Int32 {
        let end = Date(timeIntervalSinceNow: timeout)
        var raw: Int32 = 0
        while waitpid(processIdentifier, &raw, WNOHANG) == 0 {
            if Date() > end { kill(processIdentifier, SIGKILL) }
            usleep(2000)
        }
        let code = raw & 0x7F == 0 ? (raw >> 8) & 0xFF : 128 + (raw & 0x7F)
        status = code
        // What was shown is whole once the reader is at its end; a grandchild that holds the terminal is not waited for.
        _ = waitUntil(timeout: 5) { condition.withLock { isReadToItsEnd } }
        return code
    }

    /// Reads what is shown on a thread of its own, until the program's side is closed.
    private func read(_ secrets: PrintedSecrets) {
        let descriptor = fcntl(controller, F_DUPFD_CLOEXEC, 0)
        Thread.detachNewThread { [weak self] in
            var secrets = secrets
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = Glibc.read(descriptor, &buffer, buffer.count)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { break }
                secrets.take(Array(buffer[..<count]))
                self?.store(buffer[..<count])
            }
            close(descriptor)
            if let self { self.condition.withLock { self.isReadToItsEnd = true } }
        }
    }

    private func store(_ bytes: ArraySlice<UInt8>) {
        condition.lock()
        defer { condition.unlock() }
        shown += bytes
    }
}
