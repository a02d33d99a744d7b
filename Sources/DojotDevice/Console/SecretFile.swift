import Glibc

/// A file, or a pipe, whose first line is a password or a token.
enum SecretFile {
    /// The first line without its line break; the buffer it was read into is wiped.
    static func firstLine(of path: String, holding what: String) throws(Failure) -> Secret {
        let shown = path == "/dev/stdin" ? "standard input" : path
        guard let file = fopen(path, "re") else {
            throw Failure(.noInput, "cannot read the \(what) from \(shown): \(String(cString: strerror(errno)))")
        }
        defer { fclose(file) }
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer {
            if let line { explicit_bzero(line, capacity) }
            free(line)
        }
        let length = getline(&line, &capacity, file)
        guard length > 0, let line else { throw Failure(.noInput, "there is no \(what) in \(shown): it is empty") }
        var end = length
        while end > 0,
            line[end - 1] == CChar(bitPattern: UInt8(ascii: "\n"))
                || line[end - 1] == CChar(bitPattern: UInt8(ascii: "\r"))
        {
            end -= 1
        }
        guard end > 0 else { throw Failure(.noInput, "there is no \(what) in \(shown): its first line is empty") }
        return Secret(
            line.withMemoryRebound(to: UInt8.self, capacity: end) { Array(UnsafeBufferPointer(start: $0, count: end)) })
    }
}
