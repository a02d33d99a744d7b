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
        do throws(InputDescriptor.Failure) {
            let input = try InputDescriptor(path)
            let content = Content(try input.contents(most: FileLook.longest))
            // A file system that lost its last writes leaves zeros as well.
            let isBlank = content.bytes.allSatisfy { $0 == 0 || $0 == 0x20 || (0x09...0x0D).contains($0) }
            self = isBlank ? .wrong(.filesEmpty, ["file": path]) : .content(content, mode: input.mode & 0o7777)
        } catch {
            self = FileLook.explain(error, path)
        }
    }

    private static func explain(_ failure: InputDescriptor.Failure, _ path: String) -> FileLook {
        guard failure.number == ENOENT else {
            return .wrong(.filesUnreadable, ["file": path, "reason": failure.reason])
        }
        var status = stat()
        let isLink = lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
        return .wrong(.filesMissing, ["file": path, "what": isLink ? "a link to a missing file" : "missing"])
    }
}
