import Glibc
import Threads

// What a journal looks like, `provision.journal` in the folder of identities, its fields with tabs between them:
//
//     provision   http://localhost:8000  IOTmidCA  admin      what it is for
//     template    sensor   3                                  a template that was made, by the label prefix
//     batch       sensor   sensor-1   100                     devices are about to be made, with this label
//     made        sensor   sensor-1   a1b2c3                  one of them
//     done        a1b2c3                                      its identity is in place, and on disk

/// What a provisioning has done, so that the same command goes on where it was cut off.
///
/// Lines are only ever added. What must not be lost, since it would be done twice, is on disk before the platform is asked; what is done
/// gets there every second: a line of that kind that is lost costs a look at the files, and no request. A last line that is torn is taken away.
public final class ProvisioningJournal: Sendable {
    /// What it is for: another platform's goes on in another folder.
    public struct Subject: Sendable, Equatable {
        /// The gateway's address.
        public let gateway: String
        public let authorityName: String
        public let tenant: String

        /// A platform, as it is seen by one tenant.
        public init(gateway: String, authorityName: String, tenant: String) {
            (self.gateway, self.authorityName, self.tenant) = (gateway, authorityName, tenant)
        }
    }

    /// Where it is.
    public let path: String
    /// What an earlier run has done.
    public let past: ProvisioningPast
    private let descriptor: Int32
    /// Lines that are not in the file yet.
    private let waiting = Guarded<[UInt8]>([])

    /// Opens the journal of a folder, and begins it where there is none. Nobody else can until it is let go of.
    ///
    /// - Throws: `.busy`, `.otherJournal`, `.cannotRead`, `.cannotWrite`.
    public init(in folder: String, for subject: Subject) throws(FleetError) {
        path = "\(folder)/provision.journal"
        let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw Self.failure("open", path) }
        self.descriptor = descriptor
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            past = ProvisioningPast()
            throw FleetError(.busy, "another process provisions into \(folder)")
        }
        var reader = JournalReader(path: path, subject: subject)
        do throws(FleetError) {
            try reader.read(descriptor)
        } catch {
            past = ProvisioningPast()
            throw error
        }
        past = reader.past
        guard ftruncate(descriptor, reader.wholeBytes) == 0 else { throw Self.failure("write", path) }
        if reader.wholeBytes == 0 {
            try append(["provision", subject.gateway, subject.authorityName, subject.tenant])
            try flush()
            try Self.sync(folder)
        }
    }

    /// Puts a folder's names on disk, so that a file that was made in it is found again.
    private static func sync(_ folder: String) throws(FleetError) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("put on disk", folder) }
    }

    deinit { close(descriptor) }

    /// Adds a line that must be on disk before anything follows.
    func record(_ fields: String...) throws(FleetError) {
        try append(fields)
        try flush()
    }

    /// Notes that a device's identity is in place; `flush` puts it on disk.
    func done(_ name: String) { waiting.withLock { $0 += Array("done\t\(name)\n".utf8) } }

    /// Notes devices that were made.
    func made(_ ids: [String], label: String, prefix: String) throws(FleetError) {
        waiting.withLock { lines in
            for id in ids { lines += Array("made\t\(prefix)\t\(label)\t\(id)\n".utf8) }
        }
        try flush()
    }

    /// Puts all lines so far on disk.
    ///
    /// - Throws: `.cannotWrite`.
    public func flush() throws(FleetError) {
        let lines = waiting.withLock { waiting in
            defer { waiting.removeAll(keepingCapacity: true) }
            return waiting
        }
        guard !lines.isEmpty else { return }
        try Self.write(lines, to: descriptor, path)
        guard fdatasync(descriptor) == 0 else { throw Self.failure("put on disk", path) }
    }

    private func append(_ fields: [String]) throws(FleetError) {
        waiting.withLock { $0 += Array((fields.joined(separator: "\t") + "\n").utf8) }
    }

    static func write(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws(FleetError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure("write", path) }
            rest = rest.dropFirst(count)
        }
    }

    static func failure(_ action: String, _ path: String) -> FleetError {
        FleetError(.cannotWrite, "cannot \(action) \(path): \(String(cString: strerror(errno)).lowercased())")
    }
}
