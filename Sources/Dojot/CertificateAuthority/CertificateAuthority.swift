public import PKI

/// The platform's side of a device's certificate: which authority signs, and how to get a signature.
///
/// A protocol since two generations of the platform have different routes for it.
public protocol CertificateAuthority {
    /// Fetches an authority's own certificate.
    ///
    /// - Throws: `DojotError`, with `.unknownCA` where there is none of that name.
    func caCertificate(named name: String) throws(DojotError) -> Certificate

    /// Has a certificate request signed for an end entity. The request is never sent again where its answer was lost:
    /// the certificate may exist then, and `certificates(endEntity:)` finds it.
    ///
    /// - Parameters:
    ///   - endEntity: the device as the platform calls it, with its tenant or without.
    ///   - password: the end entity's, "dojot" unless changed.
    /// - Returns: the certificate for the request's key.
    /// - Throws: `DojotError`, among others with `.unknownDevice`, `.wrongEndEntityPassword`, `.wrongState` where it was
    ///   signed for before and `reset` must come first, and `.requestRefused` where the profile does not allow it.
    func sign(
        _ request: CertificateRequest, endEntity: String, password: String
    ) throws(DojotError) -> Certificate

    /// Fetches an end entity's certificates that are valid now; none is no error.
    ///
    /// - Throws: `DojotError`; some releases answer 500 here (`.serverFailure`).
    func certificates(endEntity: String) throws(DojotError) -> [Certificate]

    /// Lets an end entity be signed for once more. Where there is no such end entity, one may be made: ask only for
    /// one that is known to exist.
    ///
    /// - Parameters:
    ///   - password: what its password is to be.
    ///   - caName: the authority that signs for it.
    /// - Throws: `DojotError`.
    func reset(endEntity: String, password: String, caName: String) throws(DojotError)
}
