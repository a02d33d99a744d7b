import Glibc

/// Notices that another identity has come into a device's place, see inotify(7).
///
/// Where the kernel gives no watch, `replacement` still tells whoever asks.
public final class IdentityWatch {
    /// Becomes readable when something changes near the identity; nil where there is no watch.
    public let descriptor: Int32?
    private let layout: StoreLayout
    private var known: FileStamp
    /// Of the certificate in use, hexadecimal.
    private var serial: String

    /// - Parameter identity: the one in use, of the folder `store`.
    public init(_ identity: Identity, in store: CredentialStore) {
        layout = StoreLayout(directory: store.directory, name: identity.name)
        known = FileStamp([identity.certificateFile])
        serial = identity.profile.certificate.serial
        let descriptor = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
        // Plain files that another program left become a generation at the first renewal: links take their names.
        let folder = FileSystem.exists(layout.current) ? layout.folder : layout.directory
        guard descriptor >= 0, inotify_add_watch(descriptor, folder, UInt32(IN_CREATE | IN_MOVED_TO)) >= 0 else {
            if descriptor >= 0 { close(descriptor) }
            self.descriptor = nil
            return
        }
        self.descriptor = descriptor
    }

    deinit {
        if let descriptor { close(descriptor) }
    }

    /// The identity in place, where it is another one than was known before; it is the known one from then on.
    ///
    /// - Throws: what `CredentialStore.load` does, where what is in place cannot be read.
    public func replacement() throws(EnrollmentError) -> Identity? {
        drain()
        // One that was taken out of use, as by `revoke`, is replaced by none.
        guard FileSystem.exists(layout.visible(.profile)) else { return nil }
        try PermissionProblem.check(store: layout.directory)
        let identity = try Identity(reading: layout)
        let stamp = FileStamp([identity.certificateFile])
        guard stamp != known else { return nil }
        known = stamp
        serial = identity.profile.certificate.serial
        return identity
    }

    /// Whether `revoke` has taken the identity in use out of the folder, and no other has come in its place.
    public var isRevoked: Bool {
        !FileSystem.exists(layout.visible(.profile)) && FileSystem.exists(layout.revoked(serial: serial))
    }

    /// Takes the notices away: what is in place is looked at, not what they say.
    private func drain() {
        guard let descriptor else { return }
        var buffer = [UInt8](repeating: 0, count: 4096)
        while read(descriptor, &buffer, buffer.count) > 0 {}
    }
}
