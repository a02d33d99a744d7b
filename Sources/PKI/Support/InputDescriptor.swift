import Glibc

/// A file opened for reading: never a device, and a pipe only where a stream is meant, so that no command waits for somebody who does
/// not come.
public struct InputDescriptor: ~Copyable {
    /// What may be at the path.
    public enum Accepted: Sendable {
        case files
        /// Pipes too, as of a shell's process substitution: somebody must have opened the other end, or do so within a second.
        case filesAndPipes
    }

    /// Why a file cannot be read.
    public struct Failure: Error, Sendable {
        /// The system's error number; EINVAL for what is of another kind than a file.
        public let number: Int32
        /// To stand after "cannot read FILE: ": lower case, no full stop.
        public let reason: String

        init(_ number: Int32, _ reason: String? = nil) {
            self.number = number
            self.reason = reason ?? String(cString: strerror(number)).lowercased()
        }
    }

    /// The file's permission bits and its kind; see inode(7).
    public let mode: UInt32
    private let descriptor: Int32
    /// Its size where it is a file; 0 for a pipe.
    private let size: Int
    private let isOwned: Bool

    /// Opens a file.
    public init(_ path: String, accepting accepted: Accepted = .files) throws(Failure) {
        // C would take a path for what stands before a byte 0 in it.
        let descriptor = path.utf8.contains(0) ? -1 : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        // A socket in the file system cannot be opened.
        guard descriptor >= 0 else { throw errno == ENXIO ? Failure(EINVAL, "it is a socket") : Failure(errno) }
        var status = stat()
        fstat(descriptor, &status)
        if let reason = Self.refusal(of: status, accepted) {
            close(descriptor)
            throw Failure(status.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL, reason)
        }
        self.init(descriptor, status, isOwned: true)
    }

    /// Opens a file or a pipe.
    ///
    /// - Parameter path: nil for standard input, which may be anything and stays open.
    public static func stream(_ path: String?) throws(Failure) -> InputDescriptor {
        if let path { return try InputDescriptor(path, accepting: .filesAndPipes) }
        var status = stat()
        fstat(STDIN_FILENO, &status)
        return InputDescriptor(STDIN_FILENO, status, isOwned: false)
    }

    private init(_ descriptor: Int32, _ status: stat, isOwned: Bool) {
        (self.descriptor, self.isOwned, mode) = (descriptor, isOwned, status.st_mode)
        size = status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : 0
    }

    deinit { if isOwned { close(descriptor) } }

    /// Whether it is a file, and not a pipe or a terminal.
    public var isFile: Bool { mode & S_IFMT == S_IFREG }

    private static func refusal(of status: stat, _ accepted: Accepted) -> String? {
        switch (status.st_mode & S_IFMT, accepted) {
        case (S_IFREG, _), (S_IFIFO, .filesAndPipes): nil
        case (S_IFDIR, _): "it is a folder"
        case (S_IFIFO, _): "it is a pipe, where a file is needed"
        // The null device, and standard input by its name.
        case (S_IFCHR, .filesAndPipes)
        where status.st_rdev == makedev(1, 3) || isatty(0) == 1 && isStandardInput(status): nil
        case (S_IFCHR, _), (S_IFBLK, _): "it is a device, where a file is needed"
        default: "it is no file"
        }
    }

    private static func isStandardInput(_ status: stat) -> Bool {
        var own = stat()
        return fstat(STDIN_FILENO, &own) == 0 && own.st_dev == status.st_dev && own.st_ino == status.st_ino
    }

    private static func makedev(_ major: UInt, _ minor: UInt) -> UInt { major << 8 | minor }

    /// Reads some bytes, and waits for them where somebody may still write them.
    ///
    /// - Returns: how many; 0 at the end.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
        let patience = 20
        for attempt in 0... {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count > 0 { return count }
            if count < 0 && errno == EINTR { continue }
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            if count < 0 {
                guard errno == EAGAIN else { throw Failure(errno) }
                poll(&entry, 1, -1)
                continue
            }
            guard isOwned, mode & S_IFMT == S_IFIFO else { return 0 }
            // Nobody has the other end open. Whoever had it, and is done, leaves a hang-up behind; who never came leaves nothing.
            if poll(&entry, 1, 50) > 0, entry.revents & Int16(POLLHUP) != 0, entry.revents & Int16(POLLIN) == 0 {
                return 0
            }
            guard attempt < patience else { throw Failure(EINVAL, "it is a pipe that nobody writes to") }
        }
        return 0
    }

    /// Reads all of it. It may be a key: whoever takes it must ``wipe(_:)`` it then, and no other copy of it is left behind.
    ///
    /// - Parameter most: the most bytes that make sense.
    /// - Throws: EFBIG where there are more.
    public func contents(most: Int) throws(Failure) -> [UInt8] {
        var content = [UInt8](repeating: 0, count: min(size, most) + 1)
        var length = 0
        do throws(Failure) {
            while true {
                if length == content.count {
                    guard length <= most else { throw Failure(EFBIG) }
                    var larger = [UInt8](repeating: 0, count: min(max(2 * length, 1 << 16), most + 1))
                    larger.replaceSubrange(0..<length, with: content)
                    wipe(&content)
                    content = larger
                }
                let result = content.withUnsafeMutableBytes { buffer in
                    Result { () throws(Failure) in
                        try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[length...]))
                    }
                }
                let count = try result.get()
                if count == 0 { break }
                length += count
            }
        } catch {
            wipe(&content)
            throw error
        }
        content.removeLast(content.count - length)
        return content
    }
}
