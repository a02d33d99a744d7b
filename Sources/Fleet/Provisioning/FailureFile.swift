import Dojot
import Glibc
import Threads

/// `failed.csv` in the folder of identities: the devices that have none yet, with the reasons (RFC 4180).
///
/// It is written beside and put in place at the end of the run, so that a run that is killed leaves the list of the one before. Its column
/// `id` makes it a list of devices again.
final class FailureFile: Sendable {
    /// Where it will be.
    let path: String
    private let file = Guarded<Int32?>(nil)
    private var draft: String { "\(path).new" }

    init(in folder: String) { path = "\(folder)/failed.csv" }

    /// Adds a device.
    ///
    /// - Throws: `FleetError` with `.cannotWrite`.
    func add(_ id: String, _ failure: ProvisioningFailure) throws(FleetError) {
        try file.withLock { file throws(FleetError) in
            let isName = (try? DeviceName(id)) != nil
            var line = "\(isName ? id : Self.field(id)),\(failure.code),\(Self.field(failure.reason))\n"
            if file == nil {
                unlink(draft)
                let made = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
                guard made >= 0 else { throw ProvisioningJournal.failure("make", draft) }
                file = made
                line = "id,code,reason\n" + line
            }
            guard let descriptor = file else { return }
            try ProvisioningJournal.write(Array(line.utf8), to: descriptor, draft)
        }
    }

    /// Puts it in place of the one before; where nobody failed there is none.
    ///
    /// - Returns: whether there is one.
    func close() throws(FleetError) -> Bool {
        try file.withLock { file throws(FleetError) in
            guard let descriptor = file else {
                unlink(path)
                return false
            }
            fsync(descriptor)
            Glibc.close(descriptor)
            file = nil
            guard rename(draft, path) == 0 else { throw ProvisioningJournal.failure("put in place", path) }
            return true
        }
    }

    /// A reason as a field: in quotes, on one line.
    private static func field(_ text: String) -> String {
        let line = String(text.map { $0.isNewline ? " " : $0 })
        return "\"" + line.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
