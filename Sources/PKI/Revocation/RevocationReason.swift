/// Why a certificate was revoked (RFC 5280, section 5.3.1), by the names that EJBCA uses.
public enum RevocationReason: String, CaseIterable, Sendable {
    case unspecified = "UNSPECIFIED"
    case keyCompromise = "KEYCOMPROMISE"
    case caCompromise = "CACOMPROMISE"
    case affiliationChanged = "AFFILIATIONCHANGED"
    case superseded = "SUPERSEDED"
    case cessationOfOperation = "CESSATIONOFOPERATION"
    case certificateHold = "CERTIFICATEHOLD"
    case removeFromCRL = "REMOVEFROMCRL"
    case privilegesWithdrawn = "PRIVILEGESWITHDRAWN"
    case aaCompromise = "AACOMPROMISE"

    /// The number that a CRL carries for it.
    public var code: Int {
        switch self {
        case .unspecified: 0
        case .keyCompromise: 1
        case .caCompromise: 2
        case .affiliationChanged: 3
        case .superseded: 4
        case .cessationOfOperation: 5
        case .certificateHold: 6
        case .removeFromCRL: 8
        case .privilegesWithdrawn: 9
        case .aaCompromise: 10
        }
    }

    /// The reason of a number; nil for one that the standard does not give.
    public init?(code: Int) {
        guard let reason = Self.allCases.first(where: { $0.code == code }) else { return nil }
        self = reason
    }
}
