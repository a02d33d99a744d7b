import Glibc

/// The words of this process's command line.
public enum ProcessArguments {
    /// The words after the program's name, each decoded by ``Swift/String/init(preservingBytes:)``.
    ///
    /// They are read from /proc/self/cmdline (proc_pid_cmdline(5)). Swift's `CommandLine` finds them by way of `environ`:
    /// where a preloaded library has moved that, as libfaketime does by setenv(3), it finds none. `CommandLine` is the
    /// fallback where /proc is not mounted.
    public static var words: [String] {
        guard let content = readCommandLine(), !content.isEmpty else {
            return (0..<Int(CommandLine.argc)).dropFirst().map { index in
                let word = CommandLine.unsafeArgv[index]
                return word.map { String(preservingBytes: UnsafeRawBufferPointer(start: $0, count: strlen($0))) } ?? ""
            }
        }
        // Each word ends with a zero byte, the last one too.
        return content.dropLast().split(separator: 0, omittingEmptySubsequences: false).dropFirst()
            .map { String(preservingBytes: $0) }
    }

    private static func readCommandLine() -> [UInt8]? {
        let descriptor = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { return content }
            content += buffer[..<count]
        }
    }
}
