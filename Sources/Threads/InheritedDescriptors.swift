import Glibc

/// What this process has open: its own files and sockets, and what its parent left open, such as a lock.
public enum InheritedDescriptors {
    /// Marks all but standard input, output and error to be closed in children (FD_CLOEXEC).
    public static func keepFromChildren() {
        guard let stream = opendir("/proc/self/fd") else { return }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let descriptor = Int32(name), descriptor > 2 { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        }
    }
}
