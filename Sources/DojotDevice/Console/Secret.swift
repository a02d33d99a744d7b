import PKI

/// A password or token in memory; it is wiped when nobody needs it any more.
final class Secret {
    private(set) var bytes: [UInt8]

    /// Takes the bytes over: the caller must not keep them.
    init(_ bytes: consuming [UInt8]) { self.bytes = bytes }

    deinit { wipe(&bytes) }

    /// The same as text, for what takes nothing else: whoever asks makes a copy that is not wiped.
    var text: String { String(decoding: bytes, as: UTF8.self) }
}
