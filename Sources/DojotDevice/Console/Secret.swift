import PKI

/// A password or token in memory; it is wiped when nobody needs it any more.
final class Secret {
    private(set) var bytes: [UInt8]

    /// Takes the bytes over: the caller must not keep them.
    init(_ bytes: consuming [UInt8]) { self.bytes = bytes }

    deinit { wipe(&bytes) }
}
