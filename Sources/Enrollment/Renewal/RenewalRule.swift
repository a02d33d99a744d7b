public import PKI

/// Which certificates are due to be renewed.
public enum RenewalRule: Equatable, Sendable {
    /// Those with less than a third of their life left.
    case lastThird
    /// Those with at most so many seconds left.
    case within(Int64)
    /// All of them.
    case always

    /// When a certificate becomes due, in Unix seconds.
    public func dueTime(of certificate: Certificate) -> Int64 {
        switch self {
        case .lastThird: certificate.notAfter - max(0, certificate.notAfter - certificate.notBefore) / 3
        case .within(let seconds): certificate.notAfter - seconds
        case .always: .min
        }
    }
}
