import CommandLineKit
import Glibc
import PKI

/// What is in a file that the command line names, or comes through a pipe.
enum FileContent {
    /// All of it.
    ///
    /// - Parameters:
    ///   - path: nil for standard input.
    ///   - most: the most bytes that make sense.
    ///   - mayBeKey: whether a private key is taken too: nothing of it is put into messages then.
    ///   - limit: why there may not be more: "larger than a message of MQTT can be, 256 MiB".
    /// - Throws: exit 66 for a file that cannot be read, 65 for one that is too large.
    static func read(_ path: String?, most: Int, limit: String, mayBeKey: Bool = false) throws(Failure) -> [UInt8] {
        let name = path?.printable ?? "standard input"
        do throws(InputDescriptor.Failure) {
            var content = try InputDescriptor.stream(path).contents(most: most)
            if mayBeKey || !KeyMaterial.isLikely(in: content) { return content }
            wipe(&content)
        } catch {
            if error.number == EFBIG { throw Failure(.dataError, "\(name) is \(limit)") }
            throw Failure(.noInput, "cannot read \(name): \(error.reason)")
        }
        throw Failure(.dataError, "\(name) is a private key, which is not what is meant here")
    }
}
