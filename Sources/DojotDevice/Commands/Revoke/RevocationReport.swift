import Enrollment
import PKI

/// What a revocation ends with.
struct RevocationReport {
    private let device: String
    private let serial: SerialNumber
    private let wasRevoked: Bool
    private let reason: RevocationReason?
    private let folder: String?
    private let revocationList: String?

    init(
        _ device: String, _ serial: SerialNumber, _ outcome: CertificateRevocation.Outcome, _ reason: RevocationReason?,
        folder: String?, revocationList: String?
    ) {
        (self.device, self.serial, self.folder, self.revocationList) = (device, serial, folder, revocationList)
        switch outcome {
        case .revoked: (wasRevoked, self.reason) = (false, reason)
        case .wasRevoked(let earlier): (wasRevoked, self.reason) = (true, earlier)
        }
    }

    func print(asJSON: Bool) throws {
        guard !asJSON else { return try Console.result(json: Object(self)) }
        let state = wasRevoked ? "was revoked before" : "revoked"
        Console.result("\(device): certificate \(serial) \(state)\(reason.map { " (\($0.rawValue))" } ?? "")")
        if let revocationList { Console.result("  list   \(revocationList)") }
        if let folder { Console.result("  files  \(folder)") }
    }

    /// The report as a script reads it.
    private struct Object: Encodable {
        let device, serial, result: String
        let reason, files, revocationList: String?

        init(_ report: RevocationReport) {
            device = report.device
            serial = "\(report.serial)"
            result = report.wasRevoked ? "was-revoked" : "revoked"
            reason = report.reason?.rawValue
            files = report.folder
            revocationList = report.revocationList
        }
    }
}
