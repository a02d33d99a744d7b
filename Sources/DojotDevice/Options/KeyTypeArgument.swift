import CommandLineKit
import PKI

/// The kind of a key to be made, as `--key-type` says it.
enum KeyTypeArgument: String, CaseIterable, ExpressibleByArgument {
    case rsa
    case p256
    case p384
    case p521

    /// - Parameter bits: the length of an RSA key.
    func algorithm(bits: Int) -> KeyAlgorithm {
        switch self {
        case .rsa: .rsa(bits: bits)
        case .p256: .p256
        case .p384: .p384
        case .p521: .p521
        }
    }
}
