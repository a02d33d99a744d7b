/// What happens to the certificates of a share of the fleet, at some time of the run.
public struct CertificateEvent: Sendable, Equatable {
    /// What happens, by the name that it has in the file.
    public enum Kind: String, CaseIterable, Sendable {
        /// Each gets another certificate while it is at work.
        case renew
        /// Each certificate is taken back.
        case revoke
        /// Each certificate's time runs out, and no other takes its place.
        case expire

        /// What the devices are told apart by.
        public var cohort: Cohort {
            switch self {
            case .renew: .renewed
            case .revoke: .revoked
            case .expire: .expired
            }
        }
    }

    public let kind: Kind
    /// When it begins, in seconds since the start.
    public let time: Double
    /// To whom: none of them is in another event.
    public let share: ScenarioPhase.Quantity
    /// Over how many seconds it is spread; 0 for all at once.
    public let spread: Double

    /// Describes an event.
    public init(_ kind: Kind, at time: Double, share: ScenarioPhase.Quantity, spread: Double = 0) {
        (self.kind, self.time, self.share, self.spread) = (kind, time, share, spread)
    }
}
