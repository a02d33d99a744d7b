import Glibc
public import PKI
import Synchronization

/// A private key in the making, on a thread of its own, so that people and networks can be waited for meanwhile.
public final class KeyGeneration: Sendable {
    private let thread: pthread_t
    private let result: Work

    /// What the thread works on; it holds on to this, not to the `KeyGeneration`.
    private final class Work: Sendable {
        let algorithm: KeyAlgorithm
        let key = Mutex<Result<PrivateKey, PKIError>?>(nil)

        init(_ algorithm: KeyAlgorithm) { self.algorithm = algorithm }

        func run() {
            let made = Result { () throws(PKIError) in try PrivateKey(generating: algorithm) }
            key.withLock { $0 = made }
        }
    }

    /// Begins to make a key.
    ///
    /// - Throws: `.cannotCreate` where the system gives no thread.
    public init(_ algorithm: KeyAlgorithm) throws(EnrollmentError) {
        let work = Work(algorithm)
        let held = Unmanaged.passRetained(work)
        var thread = pthread_t()
        let status = pthread_create(&thread, nil, Self.body, held.toOpaque())
        guard status == 0 else {
            held.release()
            throw EnrollmentError(.cannotCreate, "cannot start a thread: \(String(cString: strerror(status)))")
        }
        self.thread = thread
        result = work
    }

    private static let body: @Sendable @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { held in
        if let held { Unmanaged<Work>.fromOpaque(held).takeRetainedValue().run() }
        return nil
    }

    /// Whether the key is made, or has failed to be.
    public var isFinished: Bool { result.key.withLock { $0 != nil } }

    /// Waits for the key; to be called once.
    public func wait() throws(PKIError) -> PrivateKey {
        pthread_join(thread, nil)
        guard let made = result.key.withLock({ $0 }) else { preconditionFailure("the thread ended with no result") }
        return try made.get()
    }
}
