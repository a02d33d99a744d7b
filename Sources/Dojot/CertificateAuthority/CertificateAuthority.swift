public import PKI

/// The platform's side of a device's certificate: which authority signs, how to get a signature, and how to take it back.
///
/// A protocol since two generations of the platform have different routes for it.
public protocol CertificateAuthority {
    /// Which generation it is.
    var platform: PlatformGeneration { get }

    /// Who asks; set another one when it has expired.
    var session: Session { get set }

    /// The common names that a device's certificate request may bear, the first to be tried first; a later one where
    /// the platform does not know the one before.
    ///
    /// - Throws: `DojotError` with `.invalidName` where the tenant breaks the rule and is needed.
    func requestNames(of device: DeviceName, tenant: String) throws(DojotError) -> [String]

    /// The common names that the certificate for a request of that name may have.
    func certificateNames(forRequest name: String, tenant: String) -> [String]

    /// Fetches an authority's own certificate.
    ///
    /// - Throws: `DojotError`, with `.unknownCA` where there is none of that name, `.noRoute` where the gateway is that
    ///   of another generation.
    func caCertificate(named name: String) throws(DojotError) -> Certificate

    /// Has a certificate request signed for an end entity. The request is never sent again where its answer was lost:
    /// the certificate may exist then, and `certificates(for:endEntity:)` finds it.
    ///
    /// - Parameters:
    ///   - endEntity: the device as the platform calls it, which is the request's common name.
    ///   - password: the end entity's, "dojot" unless changed; only EJBCA has one.
    /// - Returns: the certificate for the request's key; `associate` must follow.
    /// - Throws: `DojotError`, among others with `.unknownDevice`, `.wrongEndEntityPassword`, `.wrongState` where it was
    ///   signed for before and `reset` must come first, and `.requestRefused` where the profile does not allow it.
    func sign(
        _ request: CertificateRequest, endEntity: String, password: String
    ) throws(DojotError) -> Certificate

    /// Associates a certificate with its device, where the platform has such associations: the broker of 0.7 and later refuses a
    /// certificate that belongs to no device. Repeating it does no harm.
    ///
    /// - Returns: whether the association was missing.
    @discardableResult
    func associate(_ certificate: Certificate, with device: DeviceName) throws(DojotError) -> Bool

    /// Fetches an end entity's certificates that are valid now; none is no error.
    ///
    /// - Throws: `DojotError`; some releases of EJBCA-REST answer 500 here (`.serverFailure`).
    func certificates(endEntity: String) throws(DojotError) -> [Certificate]

    /// Fetches those of an end entity's certificates that were signed for a key, whether they are associated with it or
    /// not; none is no error.
    func certificates(for key: PublicKey, endEntity: String) throws(DojotError) -> [Certificate]

    /// Lets an end entity be signed for once more. Where there is no such end entity, one may be made: ask only for
    /// one that is known to exist. Generation B always signs: there it does nothing.
    ///
    /// - Parameters:
    ///   - password: what its password is to be.
    ///   - caName: the authority that signs for it.
    /// - Throws: `DojotError`.
    func reset(endEntity: String, password: String, caName: String) throws(DojotError)

    /// Fetches an authority's list of the certificates that it took back.
    ///
    /// - Parameter isNew: whether a new one is made for it, where the platform lets itself be asked.
    /// - Throws: `DojotError`, with `.unknownCA` where there is no authority of that name.
    func revocationList(named name: String, isNew: Bool) throws(DojotError) -> CertificateRevocationList

    /// Takes a certificate back.
    ///
    /// - Parameters:
    ///   - caName: the authority that signed it, by its name; EJBCA is given the certificate's issuer.
    ///   - reason: why; x509-identity-mgmt keeps none.
    /// - Throws: `DojotError`, with `.unknownCertificate` where the platform has none such, or has taken it back before:
    ///   `standing` tells which.
    func revoke(_ certificate: Certificate, caName: String, reason: RevocationReason) throws(DojotError)

    /// What the platform says of a certificate that it signed.
    ///
    /// - Parameter caName: the authority that signed it.
    func standing(of certificate: Certificate, caName: String) throws(DojotError) -> CertificateStanding
}
