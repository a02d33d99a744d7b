import Enrollment
import MQTT

/// The TLS files of a connection, looked at again when they may have changed: a renewed identity is taken up without a restart.
///
/// A device's own are noticed at once; those that flags name, when the connection is made again.
struct LiveCredentials {
    /// What came of a change, to be told.
    struct Notice {
        /// The device, or the file of the certificate.
        let name: String
        /// Why the files before stay in use; nil where the new ones are.
        let reason: String?
    }

    private let name: String
    private let watch: IdentityWatch?
    private let settings: (Identity) throws -> TLSConfiguration
    /// The files that were used last, and what stood at their paths then.
    private var files: TLSConfiguration
    private var stamp: FileStamp
    /// Files that wait to be used, and until when.
    private var renewed: TLSConfiguration?
    private(set) var patience = MonotonicTime.now
    /// Files that the broker did not take, or was just not able to: they are tried again when the connection is made again.
    private var refused: TLSConfiguration?

    /// Those of a device; `settings` are what the flags make of an identity's files.
    init(
        of identity: Identity, in store: CredentialStore, _ files: TLSConfiguration,
        settings: @escaping (Identity) throws -> TLSConfiguration
    ) {
        self.init(identity.name, IdentityWatch(identity, in: store), files, settings)
    }

    /// Those that flags name.
    init(_ files: TLSConfiguration) { self.init(files.certificateFile ?? "", nil, files) { _ in files } }

    private init(
        _ name: String, _ watch: IdentityWatch?, _ files: TLSConfiguration,
        _ settings: @escaping (Identity) throws -> TLSConfiguration
    ) {
        (self.name, self.watch, self.files, self.settings) = (name, watch, files, settings)
        stamp = FileStamp(of: files)
    }

    /// Whether they are a device's own, which can be renewed while it is connected.
    var isOfDevice: Bool { watch != nil }

    /// Has the client wait for changes too; to be called once it is connected.
    mutating func follow(_ client: MQTTClient) {
        client.watchedFiles = watch?.descriptor
        // They may have changed between their reading and the watch.
        _ = look()
    }

    /// Checks whether the files changed, after an event that may belong to a change.
    ///
    /// - Throws: `.clientRevoked` after the loss of a connection whose identity was revoked: a broker that closes without a reason would
    ///   otherwise be tried again without end.
    mutating func take(_ event: MQTTClient.Event) throws(MQTTError) -> Notice? {
        switch event {
        case .filesChanged: return look()
        case .lost where watch?.isRevoked == true:
            throw MQTTError(
                .clientRevoked, "the connection was lost, and the certificate of \(name) was revoked from here")
        case .lost:
            // What cannot be read now was told of when it changed.
            _ = look()
            if renewed == nil { renewed = FileStamp(of: files) == stamp ? refused : files }
            return nil
        case .credentialsRefused(let error):
            refused = files
            return Notice(name: name, reason: error.message)
        default: return nil
        }
    }

    /// Whether other files wait to be used until `isReady`, for 2 s at most.
    func isWaiting(for isReady: () -> Bool) -> Bool { renewed != nil && patience > .now && !isReady() }

    /// Connects with the files that wait to be used, where there are any.
    mutating func use(_ client: MQTTClient) -> Notice? {
        guard let files = renewed else { return nil }
        (renewed, refused) = (nil, nil)
        self.files = files
        // Before they are read: what changes meanwhile is looked at again.
        stamp = FileStamp(of: files)
        do throws(MQTTError) {
            try client.replaceCredentials(files)
            return Notice(name: name, reason: nil)
        } catch {
            return Notice(name: name, reason: error.message)
        }
    }

    private mutating func look() -> Notice? {
        do {
            guard let identity = try watch?.replacement() else { return nil }
            renewed = try settings(identity)
            patience = .after(2)
            return nil
        } catch {
            return Notice(name: name, reason: Failure(error).message)
        }
    }
}

extension LiveCredentials.Notice: CustomStringConvertible {
    var description: String {
        if let reason { return "\(name): the identity before stays in use: \(reason)" }
        return "\(name): identity renewed, reconnecting with it"
    }

    /// Says it on standard error.
    func print() {
        if reason != nil { return Console.warning(description) }
        if !Console.isQuiet { Console.note(description) }
    }
}

extension FileStamp {
    fileprivate init(of files: TLSConfiguration) { self.init([files.certificateFile ?? "", files.keyFile ?? ""]) }
}
