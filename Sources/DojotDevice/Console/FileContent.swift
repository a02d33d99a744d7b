import Glibc

/// What is in a file that the command line names.
enum FileContent {
    /// All of it.
    ///
    /// - Parameters:
    ///   - path: nil for standard input.
    ///   - most: the most bytes that make sense.
    ///   - limit: why there may not be more: "larger than a message of MQTT can be, 256 MiB".
    /// - Throws: exit 66 for a file that cannot be read, 65 for one that is too large.
    static func read(_ path: String?, most: Int, limit: String) throws(Failure) -> [UInt8] {
        let name = path ?? "standard input"
        let descriptor = path.map { open($0, O_RDONLY | O_CLOEXEC) } ?? STDIN_FILENO
        guard descriptor >= 0 else { throw unreadable(name) }
        defer { if path != nil { close(descriptor) } }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(name) }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= most else { throw Failure(.dataError, "\(name) is \(limit)") }
        }
    }

    private static func unreadable(_ name: String) -> Failure {
        Failure(.noInput, "cannot read \(name): \(String(cString: strerror(errno)).lowercased())")
    }
}
