/// Something that is wrong with a key, a certificate, a request or a list, or between them.
public struct Finding: Equatable, Sendable {
    /// What is wrong, to be compared: these names are stable, `inspect --json` prints them.
    public enum Code: String, CaseIterable, Sendable {
        /// A file that is not there, or may not be read.
        case missing
        /// There is nothing in the file, or zero bytes only.
        case empty
        /// What cannot be read as what it should be, or is something else.
        case unreadable
        /// Bytes behind an object in DER.
        case trailingData = "trailing-data"
        /// A certificate whose time is over.
        case expired
        /// A certificate or list whose time has not come, by this machine's clock.
        case notYetValid = "not-yet-valid"
        /// A certificate or list whose time will be over within the time asked for.
        case expiresSoon = "expires-soon"
        /// A key that gives less than 112 bits of security: RSA under 2048 bits, curves under 224.
        case weakKey = "weak-key"
        /// A key of a kind that dojot's platforms sign no certificate for.
        case unusualKey = "unusual-key"
        /// A signature with MD5, SHA-1 or an older hash.
        case weakSignature = "weak-signature"
        /// A CA's certificate, or the request for one, where a device's is meant.
        case isAuthority = "is-ca"
        /// A device's certificate that no CA vouches for.
        case selfSigned = "self-signed"
        /// A device's certificate that says it is for other purposes than TLS as a client.
        case wrongUsage = "wrong-usage"
        /// A private key that only a passphrase opens, so that it cannot be compared.
        case encryptedKey = "encrypted-key"
        /// A private key in a file that others may read.
        case exposedKey = "exposed-key"
        /// A signature that is not by the key that it names.
        case badSignature = "bad-signature"
        /// A CA's certificate before the device's in one file: TLS takes the first for the device's.
        case wrongOrder = "wrong-order"
        /// Objects that do not belong together.
        case mismatch
        /// A certificate signed by one that may not sign others.
        case notAuthority = "not-authority"
        /// A certificate that its issuer's list names.
        case revoked
        /// A list whose next one is overdue.
        case staleList = "stale-crl"
        /// A list that is not about all certificates of its CA, or says something critical that is not known here.
        case partialList = "partial-crl"
        /// A list that could not be checked, since the certificate of its CA is not there.
        case uncheckedList = "unchecked-crl"
        /// A certificate of which it is not known whether it is revoked: the list is not to be believed, or names it and cannot be checked.
        case unusableList = "unusable-crl"
        /// A certificate whose chain OpenSSL refuses: path length, name constraints, usages of a CA, critical extensions.
        case brokenChain = "broken-chain"
        /// A name with several common names: programs differ in which they take.
        case ambiguousName = "ambiguous-name"
    }

    /// What is wrong, to be compared.
    public let code: Code

    /// What is wrong, to stand after a name and a colon: lower case, no full stop.
    public let message: String

    /// Makes a finding from its code and its message.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// What an error of reading is as a finding.
    public init(_ error: PKIError) {
        self.init(error.code == .empty ? .empty : .unreadable, error.message)
    }
}
