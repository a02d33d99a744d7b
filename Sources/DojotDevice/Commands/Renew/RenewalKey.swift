import Enrollment
import PKI

/// The key of a renewed identity: the present one, or one that is made while the network is waited for.
final class RenewalKey {
    private let algorithm: KeyAlgorithm
    private var key: PrivateKey?
    private var generation: KeyGeneration?

    /// - Parameters:
    ///   - kept: the present key, where it is to stay.
    ///   - isNeeded: whether one will surely be asked for; an unfinished run has its own.
    init(keeping kept: PrivateKey?, algorithm: KeyAlgorithm, isNeeded: Bool) {
        self.algorithm = algorithm
        key = kept
        guard kept == nil, isNeeded, case .rsa = algorithm else { return }
        // Without a thread it is made when it is asked for.
        generation = try? KeyGeneration(algorithm)
    }

    deinit {
        // The thread works on; nobody may leave it behind.
        _ = try? generation?.wait()
    }

    /// The key; the same one each time.
    func take() throws(PKIError) -> PrivateKey {
        if let key { return key }
        let made: PrivateKey
        if let generation {
            self.generation = nil
            made = try generation.wait()
        } else {
            made = try PrivateKey(generating: algorithm)
        }
        key = made
        return made
    }
}
