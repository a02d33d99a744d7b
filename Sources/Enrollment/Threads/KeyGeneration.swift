public import PKI

/// A private key in the making, on a thread of its own, so that people and networks can be waited for meanwhile.
public final class KeyGeneration: Sendable {
    private let thread: BackgroundThread<Result<PrivateKey, PKIError>>

    /// Begins to make a key.
    ///
    /// - Throws: `.cannotCreate` where the system gives no thread.
    public init(_ algorithm: KeyAlgorithm) throws(EnrollmentError) {
        thread = try BackgroundThread {
            Result { () throws(PKIError) in try PrivateKey(generating: algorithm) }
        }
    }

    /// Whether the key is made, or has failed to be.
    public var isFinished: Bool { thread.isFinished }

    /// Waits for the key; to be called once.
    public func wait() throws(PKIError) -> PrivateKey { try thread.join().get() }
}
