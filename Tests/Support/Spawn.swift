import Foundation

/// A process as `posix_spawn` makes it, and our ends of its three pipes.
struct Spawned {
    let processIdentifier: pid_t
    let input: Int32
    let output: Int32
    let error: Int32

    init(_ path: String, _ arguments: [String], environment: [String: String], in folder: String?) throws {
        // One at a time, and close-on-exec, so that no other child holds the write end of this one's pipes.
        Self.oneAtATime.lock()
        defer { Self.oneAtATime.unlock() }
        let inputPipe = try Self.pipe()
        let outputPipe = try Self.pipe()
        let errorPipe = try Self.pipe()

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, inputPipe[0], 0)
        posix_spawn_file_actions_adddup2(&actions, outputPipe[1], 1)
        posix_spawn_file_actions_adddup2(&actions, errorPipe[1], 2)

        // The test runner may ignore or block signals; a child starts with the defaults.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        // env(1) changes the folder and becomes the program: glibc's own way is not seen from Swift.
        let program = folder == nil ? path : "/usr/bin/env"
        let prefix = folder.map { ["env", "--chdir", $0, path] } ?? [path]
        var words: [UnsafeMutablePointer<CChar>?] = (prefix + arguments).map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer {
            for text in words + variables { free(text) }
        }
        var identifier: pid_t = 0
        let code = posix_spawn(&identifier, program, &actions, &attributes, &words, &variables)
        close(inputPipe[0])
        close(outputPipe[1])
        close(errorPipe[1])
        guard code == 0 else {
            for descriptor in [inputPipe[1], outputPipe[0], errorPipe[0]] { close(descriptor) }
            throw SupportError("cannot start \(path): \(String(cString: strerror(code)))")
        }
        (processIdentifier, input, output, error) = (identifier, inputPipe[1], outputPipe[0], errorPipe[0])
    }

    private static let oneAtATime = NSLock()

    private static func pipe() throws -> [Int32] {
        var ends: [Int32] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else { throw SupportError("pipe: \(String(cString: strerror(errno)))") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return ends
    }
}
