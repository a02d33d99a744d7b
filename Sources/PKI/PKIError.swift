/// Why something about keys or certificates could not be done.
public struct PKIError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What went wrong, to be compared.
    public enum Code: String, Sendable {
        /// Bytes that are not what they should be: broken PEM, DER or base64, or of another kind.
        case malformed
        /// Nothing at all, or zero bytes only, as a power loss leaves a file.
        case empty
        /// A private key that only a passphrase opens.
        case encryptedKey
        /// A key of a kind or size that this module does not make or use.
        case unsupportedKey
        /// A name that a certificate cannot carry: too long, empty, not an IP address.
        case invalidName
        /// A certificate that its supposed issuer did not sign.
        case notSignedByIssuer
        /// A certificate whose time is over.
        case expired
        /// A certificate whose time has not come, or a clock that is behind.
        case notYetValid
        /// A certificate that may not sign others.
        case notAnAuthority
        /// A chain that does not hold for another reason.
        case untrusted
        /// OpenSSL could not do what it always can: out of memory or entropy, or a broken installation.
        case cryptography
    }

    /// What went wrong, to be compared.
    public let code: Code

    /// What was tried, on what, and why it failed: lower case, no full stop.
    public let message: String

    /// Makes an error from its code and its message.
    public init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }

    /// Makes an error that ends in OpenSSL's own reasons, and leaves OpenSSL's queue of errors empty.
    init(_ code: Code, draining message: String) {
        let reasons = OpenSSL.drainErrors()
        self.init(code: code, message: reasons.isEmpty ? message : "\(message): \(reasons.joined(separator: ", "))")
    }
}
