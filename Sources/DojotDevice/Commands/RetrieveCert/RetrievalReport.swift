import CommandLineKit
import Dojot
import Enrollment
import FoundationEssentials
import PKI

/// What a retrieval ends with.
struct RetrievalReport {
    enum Result: String, Encodable {
        /// A new certificate was signed.
        case retrieved
        /// What was there was checked and is complete.
        case kept
        /// The same, and its profile has the broker that was given.
        case brokerChanged = "broker-changed"
        /// The same, and the CA's certificate, which was missing, was fetched again.
        case restored
        /// The same, and its association with the device was completed at the platform.
        case associated

        /// As the user reads it.
        var text: String {
            switch self {
            case .retrieved: "retrieved"
            case .kept: "already there, checked, nothing changed"
            case .brokerChanged: "already there, its broker is changed; key and certificate are the same"
            case .restored: "already there, its CA's certificate was fetched again"
            case .associated: "already there, its certificate is associated with the device again"
            }
        }
    }

    let result: Result
    let certificate: Certificate
    let profile: Profile
    let files: IdentityFolder.Files
    /// The file of revoked certificates, where it was asked for.
    let revocationList: String?

    init(
        _ result: Result, _ certificate: Certificate, _ profile: Profile, _ folder: IdentityFolder,
        showsRevocationList: Bool = false
    ) {
        self.result = result
        self.certificate = certificate
        self.profile = profile
        files = folder.files(authorityName: profile.ca)
        revocationList = showsRevocationList ? folder.revocationList(of: profile.ca).path : nil
    }

    func print(asJSON: Bool) throws {
        guard !asJSON else { return try Console.result(json: Object(self)) }
        let days = max(0, (certificate.notAfter - Timestamp.now.unixSeconds) / 86_400)
        Console.result("\(profile.device) of \(profile.tenant): identity \(result.text)")
        Console.result("  key          \(files.key)")
        Console.result("  certificate  \(files.certificate)  for \(profile.commonName), \(days) days left")
        Console.result("  CA           \(files.authority)")
        if let revocationList { Console.result("  revoked      \(revocationList)") }
        Console.result("  profile      \(files.profile)  broker \(profile.broker.host):\(profile.broker.port)")
        if result == .kept {
            Console.note("hint: -w makes a new identity in its place")
        } else {
            Console.note("next: dojot-device publish attrs \(profile.device) temperature=21.5\(folderOption)")
        }
    }

    /// What a command needs to find the files where they are not in its usual folder.
    private var folderOption: String {
        guard let slash = files.key.lastIndex(of: "/") else { return "" }
        let folder = String(files.key[..<slash])
        if folder == "certs" || folder == "./certs" { return "" }
        return " --certs-dir \(folder.shellWord)"
    }

    /// The report as a script reads it.
    private struct Object: Encodable {
        let result: Result
        let device, tenant, gateway, platform, ca, commonName: String
        let key, request, certificate, authority, profile: String
        let revocationList: String?
        let serial, notBefore, notAfter, fingerprint: String

        init(_ report: RetrievalReport) {
            result = report.result
            device = report.profile.device
            tenant = report.profile.tenant
            gateway = report.profile.gateway
            platform = report.profile.platform.rawValue
            ca = report.profile.ca
            commonName = report.profile.commonName
            key = report.files.key
            request = report.files.request
            certificate = report.files.certificate
            authority = report.files.authority
            profile = report.files.profile
            revocationList = report.revocationList
            serial = report.profile.certificate.serial
            notBefore = report.profile.certificate.notBefore
            notAfter = report.profile.certificate.notAfter
            fingerprint = report.certificate.sha256Fingerprint
        }
    }
}
