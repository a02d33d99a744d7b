import Glibc
import HTTP
import PKI

/// A file, or a pipe, whose first line is a password or a token.
enum SecretFile {
    /// The first line without its line break.
    ///
    /// - Parameter path: nil for standard input.
    static func firstLine(of path: String?, holding what: String) throws(Failure) -> Secret {
        let shown = path ?? "standard input"
        let descriptor = path.map { open($0, O_RDONLY | O_CLOEXEC) } ?? STDIN_FILENO
        guard descriptor >= 0 else { throw unreadable(what, shown) }
        defer { if path != nil { close(descriptor) } }
        guard var line = firstLine(from: descriptor) else {
            guard errno == 0 else { throw unreadable(what, shown) }
            throw Failure(.noInput, "there is no \(what) in \(shown): it is empty")
        }
        // Of a file that was written elsewhere.
        while line.last == UInt8(ascii: "\r") { line.removeLast() }
        guard !line.isEmpty else { throw Failure(.noInput, "there is no \(what) in \(shown): its first line is empty") }
        return Secret(moving: &line)
    }

    /// Reads up to the first line break, which is left out, or to the end; nil where nothing comes, with errno 0, or it cannot be read.
    ///
    /// Byte for byte, as a buffer of stdio's would keep what it held.
    static func firstLine(from descriptor: Int32) -> [UInt8]? {
        var line: [UInt8] = []
        // Room for any password or token, so that the array never moves and leaves a copy behind.
        line.reserveCapacity(longest)
        var byte: UInt8 = 0
        while line.count < longest {
            let count = read(descriptor, &byte, 1)
            if count < 0 && errno == EINTR { continue }
            if count < 0 {
                wipe(&line)
                return nil
            }
            if count == 0 && line.isEmpty {
                errno = 0
                return nil
            }
            if count == 0 || byte == UInt8(ascii: "\n") { break }
            line.append(byte)
        }
        return line
    }

    private static let longest = 1 << 16

    private static func unreadable(_ what: String, _ shown: String) -> Failure {
        Failure(.noInput, "cannot read the \(what) from \(shown): \(String(cString: strerror(errno)))")
    }
}
