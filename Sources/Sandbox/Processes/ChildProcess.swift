import Glibc
import Threads

/// A child that is killed when the thread that made it ends, or its process, however that ends.
struct ChildProcess: Sendable {
    let processIdentifier: pid_t
    /// What it prints on standard error; the caller closes it.
    let log: Int32

    /// Starts a program through setpriv(1), which sets the signal for the parent's death (prctl(2), PR_SET_PDEATHSIG).
    ///
    /// env(1) changes to the folder first: posix_spawn's own way to do so is not seen from Swift.
    init(
        _ program: String, _ arguments: [String], in folder: String, setpriv: String
    ) throws(SandboxError) {
        (processIdentifier, log) = try Self.starting.run { () throws(SandboxError) in
            try Self.spawn(program, arguments, in: folder, setpriv: setpriv)
        }
    }

    /// Held while a child is started: mosquitto and nginx are started by two threads, and a child that is made before the other's pipe
    /// is closed on exec would hold an end of that, and keep it from ever being read to its end.
    private static let starting = OneAtATime()

    /// Runs `body` while no child is started: what it opens can be marked to close on exec before one could take it along, where the
    /// call that does both at once (accept4(2), pipe2(2)) is not seen from Swift.
    static func whileNoneStarts<Result>(_ body: () -> Result) -> Result { starting.run(body) }

    private static func spawn(
        _ program: String, _ arguments: [String], in folder: String, setpriv: String
    ) throws(SandboxError) -> (processIdentifier: pid_t, log: Int32) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw SandboxError(.broker, "cannot make a pipe: \(Self.reason(errno))") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
        // The sandbox blocks the signals that it waits for; a child starts with none blocked, in a group of its own, so
        // that a Ctrl-C on the terminal reaches the sandbox alone.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
        posix_spawnattr_setflags(&attributes, Int16(flags))

        let prefix = [Self.env, "--chdir=\(folder)", setpriv, "--pdeathsig", "KILL", "--", program]
        let words = prefix + arguments
        var argumentPointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var identifier: pid_t = 0
        let code = posix_spawn(&identifier, Self.env, &actions, &attributes, &argumentPointers, environ)
        for pointer in argumentPointers { free(pointer) }
        posix_spawn_file_actions_destroy(&actions)
        posix_spawnattr_destroy(&attributes)
        close(ends[1])
        guard code == 0 else {
            close(ends[0])
            throw SandboxError(.broker, "cannot start \(program): \(Self.reason(code))")
        }
        return (identifier, ends[0])
    }

    /// Waits for its end; gives its status as a shell would, 128 and the signal's number where one ended it.
    func wait() -> Int32 {
        var raw: Int32 = 0
        while waitpid(processIdentifier, &raw, 0) < 0 && errno == EINTR {}
        let signal = raw & 0x7f
        return signal == 0 ? (raw >> 8) & 0xff : 128 + signal
    }

    private static let env = "/usr/bin/env"

    private static func reason(_ number: Int32) -> String { String(cString: strerror(number)) }
}
