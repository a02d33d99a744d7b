public import PKI

/// What the platform says of a certificate that it signed.
public struct CertificateStanding: Equatable, Sendable {
    /// Whether it holds.
    public enum State: Equatable, Sendable {
        case valid
        /// It was taken back; the reason where the platform tells it.
        case revoked(RevocationReason?)
        /// The platform has no such certificate.
        case unknown
    }

    /// Whether it holds.
    public let state: State
    /// The device that it is associated with; nil where it is with none, and always in generation A, which has nothing
    /// of the kind.
    public let device: String?

    init(_ state: State, device: String? = nil) {
        self.state = state
        self.device = device
    }
}
