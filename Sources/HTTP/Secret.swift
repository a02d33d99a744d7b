import Glibc

/// A password or token in memory: one copy, which never changes, and is wiped when nobody needs it any more.
///
/// It may be used on any thread.
public final class Secret: @unchecked Sendable, Equatable {  // `storage` is written before anybody else has it
    /// Owned by this object alone.
    private let storage: UnsafeMutableRawBufferPointer

    /// Copies the bytes; wiping the others is the caller's.
    public init(copying bytes: some Collection<UInt8>) {
        storage = .allocate(byteCount: bytes.count, alignment: 1)
        storage.copyBytes(from: bytes)
    }

    /// Moves the bytes here: where they were is wiped. The caller must be their only holder.
    public init(moving bytes: inout [UInt8]) {
        storage = .allocate(byteCount: bytes.count, alignment: 1)
        storage.copyBytes(from: bytes)
        Secret.wipe(&bytes)
    }

    deinit {
        Secret.wipe(storage)
        storage.deallocate()
    }

    /// How many bytes it has.
    public var count: Int { storage.count }

    /// Lends the bytes; what is copied from them is not wiped.
    public func withBytes<Value, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        defer { withExtendedLifetime(self) {} }
        return try body(UnsafeRawBufferPointer(storage))
    }

    /// The same as text, for what takes nothing else: whoever asks makes a copy that is not wiped.
    public var text: String { withBytes { String(decoding: $0, as: UTF8.self) } }

    /// Whether both hold the same bytes.
    public static func == (one: Secret, other: Secret) -> Bool {
        one.withBytes { one in other.withBytes { one.elementsEqual($0) } }
    }

    /// Overwrites secret bytes with zeros and empties the array, which must be the only holder of its bytes.
    static func wipe(_ bytes: inout [UInt8]) {
        bytes.withUnsafeMutableBytes { wipe($0) }
        bytes.removeAll()
    }

    /// Overwrites memory with zeros, so that the optimizer cannot leave it out, see explicit_bzero(3).
    static func wipe(_ memory: UnsafeMutableRawBufferPointer) {
        guard let start = memory.baseAddress else { return }
        explicit_bzero(start, memory.count)
    }
}
