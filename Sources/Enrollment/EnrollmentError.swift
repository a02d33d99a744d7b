public import Dojot
public import PKI

/// Why an identity could not be retrieved, kept or read.
public struct EnrollmentError: Error {
    /// What kind of failure it is; programs compare this.
    public enum Code: Equatable, Sendable {
        /// There is no identity of that name in the folder.
        case notFound
        /// Several identities answer to the name that was given.
        case ambiguous
        /// A file of the identity is missing.
        case incomplete
        /// A file that was named is missing.
        case fileMissing
        /// There are key and certificate, but no profile that tells platform and broker.
        case noProfile
        /// The profile's file is not one of this program's.
        case brokenProfile
        /// Key, certificate and CA certificate do not belong together.
        case mismatch
        /// The certificate's time is over.
        case expired
        /// The certificate's time has not come, by this machine's clock.
        case notYetValid
        /// The certificate is on its CA's revocation list.
        case revoked
        /// The gateway has none of the certificate APIs that were asked for.
        case noPlatform
        /// The platform signs no keys of that kind.
        case keyNotAccepted
        /// The certificate is signed, but could not be associated with the device; see `platform`. The next run does it.
        case notAssociated
        /// What the platform sent is not what was asked for.
        case unexpectedCertificate
        /// Another CA certificate of that name is in the folder.
        case authorityDiffers
        /// The identity, or an unfinished run, belongs to another platform.
        case otherPlatform
        /// An unfinished run holds another key than the one given.
        case otherKey
        /// Another process is at work on the same device.
        case busy
        /// Others may write to the folder of identities, or it is another user's; see `cure`.
        case openFolder
        /// A file or folder could not be made.
        case cannotCreate
        /// A file could not be read.
        case cannotRead
        /// A file could not be written.
        case cannotWrite
        /// The platform refused or could not be reached; see `platform`.
        case platform
        /// A key, request or certificate could not be made or read; see `cryptography`.
        case cryptography
    }

    public let code: Code
    /// What was tried, on what, why it failed: lower case, no full stop.
    public let message: String
    /// The device it is about, where it is about one.
    public let device: String?
    /// The way out, where it depends on more than `code`.
    public let cure: String?
    /// The platform's own error, where `code` is `.platform`, `.noPlatform` or `.notAssociated`.
    public let platform: DojotError?
    /// The error of keys and certificates, where `code` is `.cryptography`.
    public let cryptography: PKIError?

    init(_ code: Code, _ message: String, device: String? = nil, cure: String? = nil) {
        self.code = code
        self.message = message
        self.device = device
        self.cure = cure
        platform = nil
        cryptography = nil
    }

    init(_ problem: PermissionProblem) {
        code = .openFolder
        message =
            "cannot use \(problem.path): \(problem.reason), so that another user can replace the key or the CA's certificate"
        device = nil
        cure = problem.cure
        platform = nil
        cryptography = nil
    }

    init(_ error: DojotError, code: Code = .platform, _ message: String? = nil) {
        self.code = code
        self.message = message ?? error.message
        device = nil
        cure = nil
        platform = error
        cryptography = nil
    }

    init(_ error: PKIError, on subject: String? = nil) {
        code = .cryptography
        message = subject.map { "\($0): \(error.message)" } ?? error.message
        device = nil
        cure = nil
        platform = nil
        cryptography = error
    }
}

/// Runs `body` and turns an error of keys and certificates into one that names `subject`, the file it came from.
func asking<Value>(
    about subject: String? = nil, _ body: () throws(PKIError) -> Value
) throws(EnrollmentError) -> Value {
    do { return try body() } catch { throw EnrollmentError(error, on: subject) }
}

/// Runs `body` and turns the platform's error into ours.
func asking<Value>(platform body: () throws(DojotError) -> Value) throws(EnrollmentError) -> Value {
    do { return try body() } catch { throw EnrollmentError(error) }
}
