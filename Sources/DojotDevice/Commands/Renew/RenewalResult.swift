import Enrollment
import PKI

/// What came of one device in a run of `renew`.
enum RenewalResult {
    /// It was not due.
    case kept(Identity, Certificate)
    /// A new identity is in place; `problems` are of what came after that.
    case renewed(Identity, Certificate, old: Certificate, problems: [Failure])
    /// The identity before is in place again.
    case rolledBack(Identity, Certificate, old: Certificate, problems: [Failure])

    /// What went wrong after the identity had changed.
    var problems: [Failure] {
        switch self {
        case .kept: []
        case .renewed(_, _, _, let problems), .rolledBack(_, _, _, let problems): problems
        }
    }

    /// The device as its files are named.
    var name: String {
        switch self {
        case .kept(let identity, _), .renewed(let identity, _, _, _), .rolledBack(let identity, _, _, _): identity.name
        }
    }

    /// A line for a person.
    var line: String {
        switch self {
        case .kept(_, let certificate): "\(name): not due, \(Remaining(of: certificate))"
        case .renewed(_, let certificate, _, _):
            "\(name): renewed, \(Remaining(of: certificate)), serial \(certificate.serialNumber)"
        case .rolledBack(_, let certificate, let old, _):
            "\(name): back to serial \(certificate.serialNumber), \(Remaining(of: certificate)); "
                + "\(old.serialNumber) is kept"
        }
    }
}
