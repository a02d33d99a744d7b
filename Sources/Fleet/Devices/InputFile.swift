import Glibc

/// A file that was named: a list of devices, a template.
public enum InputFile {
    /// More than a list of millions of devices has; what goes on for ever is not read to its end.
    private static let mostBytes = 256 << 20

    /// Reads all of it.
    ///
    /// - Parameter path: "-" for standard input.
    /// - Throws: `FleetError` with `.fileMissing` or `.cannotRead`.
    public static func read(_ path: String) throws(FleetError) -> [UInt8] {
        let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { if path != "-" { close(descriptor) } }
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count == 0 { return content }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure(path)
            }
            content += chunk[..<count]
            guard content.count <= mostBytes else {
                throw FleetError(.cannotRead, "cannot read \(path): it is larger than 256 MiB")
            }
        }
    }

    private static func failure(_ path: String) -> FleetError {
        FleetError(
            errno == ENOENT ? .fileMissing : .cannotRead,
            "cannot read \(path): \(String(cString: strerror(errno)).lowercased())")
    }
}

extension FleetError {
    /// The same error, of a file.
    public func about(_ path: String) -> FleetError { FleetError(code, "\(path): \(message)", hint: hint) }
}
