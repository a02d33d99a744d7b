import CommandLineKit
import Glibc
import HTTP
import PKI

/// A file, or a pipe, whose first line is a password or a token.
enum SecretFile {
    /// The first line without its line break.
    ///
    /// - Parameter path: nil for standard input.
    static func firstLine(of path: String?, holding what: String) throws(Failure) -> Secret {
        let shown = path?.printable ?? "standard input"
        let read: [UInt8]?
        do throws(InputDescriptor.Failure) {
            if let path {
                let input = try InputDescriptor(path, accepting: .filesAndPipes)
                read = try firstLine { buffer throws(InputDescriptor.Failure) in try input.read(into: buffer) }
            } else {
                read = firstLine(from: STDIN_FILENO)
            }
        } catch {
            throw Failure(.noInput, "cannot read the \(what) from \(shown): \(error.reason)")
        }
        guard var line = read else { throw Failure(.noInput, "there is no \(what) in \(shown): it is empty") }
        // Of a file that was written elsewhere.
        while line.last == UInt8(ascii: "\r") { line.removeLast() }
        if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        guard !line.isEmpty else { throw Failure(.noInput, "there is no \(what) in \(shown): its first line is empty") }
        return Secret(moving: &line)
    }

    /// Reads up to the first line break, which is left out, or to the end; nil where nothing comes, or it cannot be read.
    static func firstLine(from descriptor: Int32) -> [UInt8]? {
        try? firstLine { buffer throws(InputDescriptor.Failure) in
            while true {
                let count = read(descriptor, buffer.baseAddress, buffer.count)
                if count >= 0 || errno != EINTR { return max(0, count) }
            }
        }
    }

    /// The same by a function that reads some bytes, 0 at the end.
    ///
    /// Byte for byte, as a buffer of stdio's would keep what it held.
    private static func firstLine(
        reading read: (UnsafeMutableRawBufferPointer) throws(InputDescriptor.Failure) -> Int
    ) throws(InputDescriptor.Failure) -> [UInt8]? {
        var line: [UInt8] = []
        // Room for any password or token, so that the array never moves and leaves a copy behind.
        line.reserveCapacity(longest)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1, alignment: 1)
        defer {
            buffer[0] = 0
            buffer.deallocate()
        }
        while line.count < longest {
            let count: Int
            do throws(InputDescriptor.Failure) {
                count = try read(buffer)
            } catch {
                wipe(&line)
                throw error
            }
            let byte = buffer[0]
            if count == 0 && line.isEmpty { return nil }
            if count == 0 || byte == UInt8(ascii: "\n") { break }
            line.append(byte)
        }
        return line
    }

    private static let longest = 1 << 16
}
