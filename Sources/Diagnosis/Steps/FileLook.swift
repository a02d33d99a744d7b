import Glibc
import PKI

/// What is found at a path where a file is expected.
enum FileLook {
    case content(Content, mode: UInt32)
    case wrong(FindingKind, [String: String])

    /// What is in a file; as it may be a key, it is wiped when nobody needs it any more.
    final class Content {
        fileprivate(set) var bytes: [UInt8]

        /// Takes the bytes over: the caller must not keep them.
        fileprivate init(_ bytes: consuming [UInt8]) { self.bytes = bytes }

        deinit { wipe(&bytes) }
    }

    /// More than any file of keys and certificates holds.
    private static let longest = 1 << 20

    init(_ path: String) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            self = FileLook.explain(errno, path)
            return
        }
        defer { close(descriptor) }
        var status = stat()
        fstat(descriptor, &status)
        guard status.st_mode & S_IFMT == S_IFREG else {
            self = .wrong(.filesUnreadable, ["file": path, "reason": "it is no file"])
            return
        }
        // Room for all of it, so that the array does not move and leave a copy of a key behind.
        let content = Content([UInt8](repeating: 0, count: FileLook.longest))
        var length = 0
        while length < content.bytes.count {
            let count = content.bytes.withUnsafeMutableBytes {
                read(descriptor, $0.baseAddress?.advanced(by: length), $0.count - length)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else {
                self = .wrong(.filesUnreadable, ["file": path, "reason": FileLook.reason(errno)])
                return
            }
            if count == 0 { break }
            length += count
        }
        content.bytes.removeLast(content.bytes.count - length)
        // A file system that lost its last writes leaves zeros as well.
        let isBlank = content.bytes.allSatisfy { $0 == 0 || $0 == 0x20 || (0x09...0x0D).contains($0) }
        self = isBlank ? .wrong(.filesEmpty, ["file": path]) : .content(content, mode: status.st_mode & 0o7777)
    }

    private static func explain(_ number: Int32, _ path: String) -> FileLook {
        guard number == ENOENT else { return .wrong(.filesUnreadable, ["file": path, "reason": reason(number)]) }
        var status = stat()
        let isLink = lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
        return .wrong(.filesMissing, ["file": path, "detail": isLink ? ": what is there is a link to nothing" : ""])
    }

    private static func reason(_ number: Int32) -> String { String(cString: strerror(number)).lowercased() }
}
