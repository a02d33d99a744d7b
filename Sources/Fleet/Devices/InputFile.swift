import Glibc
import PKI

/// A file or a pipe that was named: a list of devices, a template.
public enum InputFile {
    /// More than a list of millions of devices has; what goes on for ever is not read to its end.
    private static let mostBytes = 256 << 20

    /// Reads all of it.
    ///
    /// - Parameter path: "-" for standard input.
    /// - Throws: `FleetError` with `.fileMissing` or `.cannotRead`.
    public static func read(_ path: String) throws(FleetError) -> [UInt8] {
        do throws(InputDescriptor.Failure) {
            var content = try InputDescriptor.stream(path == "-" ? nil : path).contents(most: mostBytes)
            guard KeyMaterial.isLikely(in: content) else { return content }
            wipe(&content)
        } catch {
            let reason = error.number == EFBIG ? "it is larger than 256 MiB" : error.reason
            throw FleetError(
                error.number == ENOENT ? .fileMissing : .cannotRead, "cannot read \(path): \(reason)")
        }
        throw FleetError(.cannotRead, "cannot read \(path): it is a private key")
    }
}

extension FleetError {
    /// The same error, of a file.
    public func about(_ path: String) -> FleetError { FleetError(code, "\(path): \(message)", hint: hint) }
}
