import Glibc
import Threads

/// Writes to standard output and records the first failure.
///
/// `Program` ends with exit code 74 after a failure: with exit code 0 on a full disk, a script would continue with an empty token or
/// report.
enum StandardOutput {
    /// The `errno` of the first failed write; 0 where all succeeded.
    private static let firstError = Guarded<Int32>(0)

    /// Writes all bytes to a descriptor.
    ///
    /// - Returns: 0, or the `errno` of the first failed write; earlier writes are not undone.
    static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count < 0 && errno == EINTR { continue }
            if count < 0 { return errno }
            rest = rest.dropFirst(count)
        }
        return 0
    }

    /// Remembers the `errno` of a write to standard output. 0 is ignored, and so is EPIPE: a reader such as head(1) that
    /// has read enough is no failure.
    static func record(_ error: Int32) {
        guard error != 0, error != EPIPE else { return }
        firstError.withLock { if $0 == 0 { $0 = error } }
    }

    /// The failure to report for an `errno` of a write to standard output.
    static func failure(_ error: Int32) -> Failure {
        Failure(.inputOutput, "cannot write to standard output: \(String(cString: strerror(error)).lowercased())")
    }

    /// Closes standard output, which reports what a network file system or a quota refused late, see close(2).
    ///
    /// - Returns: the first failure of all writes; nil where everything was written.
    static func close() -> Failure? {
        // EBADF: it was closed before the program started, and nothing was written.
        if Glibc.close(STDOUT_FILENO) != 0 && errno != EBADF { record(errno) }
        let error = firstError.withLock { $0 }
        return error == 0 ? nil : failure(error)
    }
}
