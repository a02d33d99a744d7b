import Glibc

/// What whoever started the sandbox had open, and did not close: a lock, a file.
public enum InheritedDescriptors {
    /// Keeps them from the sandbox's own children, which would hold them as long as they live; to be called before there is a thread.
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
