import Enrollment
import PKI

/// Where the identity's key comes from.
enum KeySource {
    case given(PrivateKey)
    case making(KeyGeneration, KeyAlgorithm)
    /// Made when it is asked for: a key of a curve takes no time, and an unfinished run has one already, unless that must
    /// be set aside.
    case onlyIfNeeded(KeyAlgorithm)

    /// Reads the key that was named or found, or begins to make one while people and networks are waited for.
    init(_ state: IdentityFolder.State, _ options: CertificateOptions, _ folder: IdentityFolder) throws {
        let algorithm = options.kind.algorithm
        if let file = options.keyFile {
            let key = try KeyFile.read(file)
            HeadStart.give { key.prepareToSign() }
            self = .given(key)
        } else if case .keyOnly(let key) = state {
            Console.note("using the key that is there without a certificate")
            self = .given(key)
        } else if folder.hasPendingRun || state.hasIdentity || options.kind.keyType != .rsa {
            self = .onlyIfNeeded(algorithm)
        } else {
            if options.kind.keyLength >= 6144 {
                Console.note("making an RSA key of \(options.kind.keyLength) bits: this takes a while, up to a minute")
            }
            self = .making(try KeyGeneration(algorithm), algorithm)
        }
    }

    /// The key, where none is made.
    var given: PrivateKey? {
        if case .given(let key) = self { key } else { nil }
    }

    /// What kind of key it is, or will be.
    var algorithm: KeyAlgorithm {
        switch self {
        case .given(let key): key.algorithm
        case .making(_, let algorithm), .onlyIfNeeded(let algorithm): algorithm
        }
    }

    /// The key, once it is made.
    func wait() throws(PKIError) -> PrivateKey {
        switch self {
        case .given(let key): return key
        case .making(let generation, let algorithm):
            Console.status("making a key (\(algorithm))", until: { generation.isFinished })
            return try generation.wait()
        case .onlyIfNeeded(let algorithm): return try PrivateKey(generating: algorithm)
        }
    }
}
