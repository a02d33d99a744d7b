import Enrollment
import Glibc
import Threads

/// A command of the user's that tells other programs of a renewed identity.
///
/// It runs by /bin/sh, with the device and its files in its environment and our password left out of it; what it prints goes to
/// standard error.
struct DeployHook {
    private let command: String

    init(_ command: String) { self.command = command }

    /// Runs it to its end.
    ///
    /// - Throws: where it cannot be started, or does not end with 0: exit code 3.
    func run(_ device: String, _ files: IdentityFolder.Files) throws(Failure) {
        let status = try start([
            "DOJOT_DEVICE=\(device)", "DOJOT_CERT=\(Self.absolute(files.certificate))",
            "DOJOT_KEY=\(Self.absolute(files.key))", "DOJOT_CA=\(Self.absolute(files.authority))",
        ])
        guard status != 0 else { return }
        let end =
            status & 0x7F == 0 ? "ended with \((status >> 8) & 0xFF)" : "was ended by signal \(status & 0x7F)"
        throw Failure(.checkFailed, "the identity is in place, but the deploy hook \(end)")
    }

    /// Starts it and waits for it.
    ///
    /// - Returns: its status, as waitpid(2) gives it.
    private func start(_ variables: [String]) throws(Failure) -> Int32 {
        InheritedDescriptors.keepFromChildren()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO)
        // With the defaults for signals that we ignore, or wait for in our own way.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var words: [UnsafeMutablePointer<CChar>?] = (["sh", "-c", command] as [String]).map { strdup($0) } + [nil]
        var environment: [UnsafeMutablePointer<CChar>?] = (Self.inherited + variables).map { strdup($0) } + [nil]
        defer {
            for text in words + environment { free(text) }
        }
        var process: pid_t = 0
        let code = posix_spawn(&process, "/bin/sh", &actions, &attributes, &words, &environment)
        guard code == 0 else {
            throw Failure(
                .checkFailed, "the deploy hook cannot be started: \(String(cString: strerror(code)).lowercased())")
        }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        return status
    }

    /// Our environment without what logs in.
    private static var inherited: [String] {
        var list: [String] = []
        var entry = environ
        while let text = entry.pointee {
            let variable = String(cString: text)
            let isSecret = Environment.secretNames.contains { variable.hasPrefix("\($0)=") }
            let isOurs = ["DOJOT_DEVICE=", "DOJOT_CERT=", "DOJOT_KEY=", "DOJOT_CA="].contains {
                variable.hasPrefix($0)
            }
            if !isSecret && !isOurs { list.append(variable) }
            entry += 1
        }
        return list
    }

    private static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        return "\(String(cString: folder))/\(path)"
    }
}
