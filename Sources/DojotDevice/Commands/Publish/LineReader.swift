import Glibc

/// Lines of a descriptor, read in large pieces only when there is something to read.
struct LineReader {
    /// The most bytes a message of MQTT can have; MQTT 3.1.1, section 2.2.3.
    static let mostBytes = 268_435_455

    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var start = 0
    /// What has been looked through for a line feed.
    private var searched = 0
    private var piece = [UInt8](repeating: 0, count: 65536)
    /// Whether the end has been read.
    private(set) var hasEnded = false
    /// The number of the line that `next` gave last, from 1.
    private(set) var lineNumber = 0

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// Whether there will be no more lines.
    var isFinished: Bool { hasEnded && start == buffer.count }

    /// Reads once; waits where there is nothing to read.
    mutating func fill() throws(Failure) {
        if start > 0 {
            buffer.removeFirst(start)
            searched -= start
            start = 0
        }
        let count = piece.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        if count < 0 && (errno == EINTR || errno == EAGAIN) { return }
        guard count >= 0 else {
            throw Failure(.noInput, "cannot read standard input: \(String(cString: strerror(errno)).lowercased())")
        }
        guard buffer.count + count <= Self.mostBytes else {
            throw Failure(.dataError, "line \(lineNumber + 1) is longer than a message of MQTT can be, 256 MiB")
        }
        if count == 0 { hasEnded = true } else { buffer += piece[..<count] }
    }

    /// The next line that has been read whole, without its line feed; the last one may lack it.
    mutating func next() -> [UInt8]? {
        let length = buffer.count - searched
        let found = buffer.withUnsafeBytes { bytes -> Int? in
            guard length > 0, let base = bytes.baseAddress,
                let place = memchr(base + searched, Int32(UInt8(ascii: "\n")), length)
            else { return nil }
            return UnsafeRawPointer(place) - base
        }
        let end: Int
        if let found {
            end = found
        } else if hasEnded && start < buffer.count {
            end = buffer.count
        } else {
            searched = buffer.count
            return nil
        }
        let line = Array(buffer[start..<end])
        start = min(end + 1, buffer.count)
        searched = start
        lineNumber += 1
        return line
    }
}
