import Enrollment
import PKI

/// Where the identity's key comes from.
enum KeySource {
    case given(PrivateKey)
    case making(KeyGeneration, KeyAlgorithm)
    /// An unfinished run has a key already; one is made only if that run must be set aside.
    case onlyIfNeeded(KeyAlgorithm)

    /// Reads the key that was named or found, or begins to make one while people and networks are waited for.
    init(_ standing: IdentityFolder.Standing, _ options: CertificateOptions, _ folder: IdentityFolder) throws {
        let algorithm = KeyAlgorithm.rsa(bits: options.keyLength)
        if let file = options.keyFile {
            let key = try Self.read(file)
            HeadStart.give { key.prepareToSign() }
            self = .given(key)
        } else if case .keyOnly(let key) = standing {
            Console.note("using the key that is there without a certificate")
            self = .given(key)
        } else if folder.hasPendingRun {
            self = .onlyIfNeeded(algorithm)
        } else {
            if options.keyLength >= 6144 {
                Console.note("making an RSA key of \(options.keyLength) bits: this takes a while, up to a minute")
            }
            self = .making(try KeyGeneration(algorithm), algorithm)
        }
    }

    /// The key, where none is made.
    var given: PrivateKey? {
        if case .given(let key) = self { key } else { nil }
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

    private static func read(_ file: String) throws -> PrivateKey {
        let key = try KeyFile.read(file)
        guard case .rsa(let bits) = key.algorithm, KeyAlgorithm.rsaSizes.contains(bits) else {
            throw Failure(
                .dataError, "the key in \(file) is \(key.algorithm): this platform signs RSA keys of 2048 to 8192 bits",
                hint: "leave --key out: a fitting key is made")
        }
        return key
    }
}
