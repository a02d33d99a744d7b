import Glibc
import PKI

/// Writes objects in another form, as they are and nothing else.
struct Conversion {
    private let inspection: Inspection

    init(_ inspection: Inspection) { self.inspection = inspection }

    /// Writes all of them, in the order in which they came.
    func writePEM() throws {
        try check()
        for object in inspection.objects { try write(try object.object.pem()) }
    }

    /// Writes the one that there is.
    func writeDER() throws {
        try check()
        guard let only = inspection.objects.first, inspection.objects.count == 1 else {
            throw Failure(
                .dataError, "DER holds one object, and there are \(inspection.objects.count)",
                hint: "--format pem writes them all")
        }
        try write(try only.object.der())
    }

    /// Checks that all could be read, and that no key goes where others see it.
    private func check() throws(Failure) {
        let codes: Set<Finding.Code> = [.missing, .empty, .unreadable, .trailingData]
        if let entry = inspection.entries.first(where: { codes.contains($0.finding.code) }) {
            throw Failure(
                entry.finding.code == .missing ? .noInput : .dataError,
                "cannot convert \(entry.name): \(entry.finding.message)", hint: entry.hint)
        }
        guard let secret = inspection.objects.first(where: { $0.object.isSecret }) else { return }
        if isatty(STDOUT_FILENO) == 1 {
            throw Failure(
                .cannotCreate, "the private key in \(secret.file) is not written to a terminal",
                hint: "write it to a file that only you may read: set umask 077 before the redirection")
        }
        var status = stat()
        if fstat(STDOUT_FILENO, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o077 != 0 {
            throw Failure(
                .cannotCreate, "the private key in \(secret.file) is not written to a file that others may read",
                hint: "write it to a file that only you may read: set umask 077 before the redirection")
        }
    }

    /// Writes the bytes and wipes them. They are consumed, so that no other copy remains.
    private func write(_ bytes: consuming [UInt8]) throws {
        defer { wipe(&bytes) }
        let error = bytes.withUnsafeBytes { StandardOutput.writeAll($0, to: STDOUT_FILENO) }
        if error != 0 && error != EPIPE { throw StandardOutput.failure(error) }
    }
}
