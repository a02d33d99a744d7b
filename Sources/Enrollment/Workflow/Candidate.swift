public import PKI

/// An identity that is signed and checked, and not yet in place.
public struct Candidate: Sendable {
    public let key: PrivateKey
    public let certificate: Certificate
    /// The certificate of the CA that signed it.
    public let authority: Certificate
    /// What its profile will be.
    public let profile: Profile
}
