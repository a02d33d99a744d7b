public import Dojot
public import PKI

/// How a device gets its identity: fetch the CA's certificate, make key and certificate request, have it signed, check all of it, keep it.
///
/// Any error halts it; until the last step, what was in the folder stays untouched.
public struct Enrollment {
    /// What has happened, for those who watch.
    public enum Step: Equatable, Sendable {
        case authorityFetched(Certificate)
        /// The unfinished run of an earlier process goes on, with its key.
        case resumed
        case waitingForKey
        case asking(endEntity: String)
        /// The platform does not know the device by its bare name.
        case askingAgain(endEntity: String)
        /// The certificate had been signed for an earlier run and was found again.
        case recovered
        /// The platform had signed for this device before; it was told to do so once more.
        case signingReopened(endEntity: String)
    }

    /// What came of it.
    public struct Outcome: Sendable {
        public let certificate: Certificate
        public let profile: Profile
    }

    let platform: any CertificateAuthority
    let folder: IdentityFolder
    let order: Order
    /// By how many seconds the gateway's clock is ahead of this machine's, once it was heard.
    let clockOffset: () -> Int64?
    let report: (Step) -> Void

    public init(
        platform: any CertificateAuthority, folder: IdentityFolder, order: Order,
        clockOffset: @escaping () -> Int64?, report: @escaping (Step) -> Void
    ) {
        self.platform = platform
        self.folder = folder
        self.order = order
        self.clockOffset = clockOffset
        self.report = report
    }

    /// Retrieves the identity and keeps it.
    ///
    /// - Parameter key: gives the key when it is needed, which it is not where an unfinished run has one.
    public func run(key: () throws(PKIError) -> PrivateKey) throws(EnrollmentError) -> Outcome {
        let authority = try fetchAuthority()
        var run = if let unfinished = try resume() { unfinished } else { try begin(key: key) }
        let certificate = try obtainCertificate(for: &run, from: authority)
        try check(certificate, for: run, from: authority)
        let profile = Profile(order, certificate)
        try folder.install(run, certificate, profile: profile, authority: authority, overwrite: order.overwrite)
        return Outcome(certificate: certificate, profile: profile)
    }

    private func fetchAuthority() throws(EnrollmentError) -> Certificate {
        let authority = try asking { () throws(DojotError) in try platform.caCertificate(named: order.authorityName) }
        try IdentityCheck(clockOffset: clockOffset()).check(authority: authority, named: order.authorityName)
        try AuthorityFile(directory: folder.layout.directory, name: order.authorityName)
            .check(accepts: authority, overwrite: order.overwrite)
        report(.authorityFetched(authority))
        return authority
    }

    private func resume() throws(EnrollmentError) -> PendingRun? {
        guard let run = try folder.pendingRun() else { return nil }
        do throws(EnrollmentError) {
            try check(run)
        } catch  where order.overwrite {
            try folder.setPendingRunAside()
            return nil
        }
        report(.resumed)
        return run
    }

    /// Whether an unfinished run is for what is wanted now.
    private func check(_ run: PendingRun) throws(EnrollmentError) {
        guard run.order == PendingRun.Order(gateway: order.gateway, ca: order.authorityName) else {
            throw EnrollmentError(
                .otherPlatform, "an unfinished run for \(order.name) waits for \(run.order.ca) at \(run.order.gateway)")
        }
        guard order.givenKey == nil || order.givenKey == run.key.publicKey else {
            throw EnrollmentError(.otherKey, "an unfinished run for \(order.name) has another key than the one given")
        }
    }

    private func begin(key: () throws(PKIError) -> PrivateKey) throws(EnrollmentError) -> PendingRun {
        report(.waitingForKey)
        let key = try asking { () throws(PKIError) in try key() }
        let run = PendingRun(
            order: PendingRun.Order(gateway: order.gateway, ca: order.authorityName), key: key,
            request: try request(for: "\(order.name)", key: key))
        try folder.keep(run)
        return run
    }

    /// The request that names the device so.
    func request(for commonName: String, key: PrivateKey) throws(EnrollmentError) -> CertificateRequest {
        try asking { () throws(PKIError) in
            try CertificateRequest(
                subject: DistinguishedName(commonName: commonName),
                subjectAlternativeNames: order.subjectAlternativeNames, signedBy: key)
        }
    }
}
