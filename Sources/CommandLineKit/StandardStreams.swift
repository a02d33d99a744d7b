import Glibc

/// The descriptors 0, 1 and 2 of the process.
public enum StandardStreams {
    /// Opens /dev/null in place of each standard stream that is closed, for reading only: reading ends at once, writing
    /// fails with EBADF.
    ///
    /// Call it before anything else is opened. Otherwise the next file or socket would get the number of the closed stream,
    /// and results or messages would be written into it.
    public static func reserveClosed() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
            // open(2) returns the lowest free number, which is this one.
            _ = open("/dev/null", O_RDONLY)
        }
    }
}
