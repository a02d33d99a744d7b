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
        /// A second certificate was signed for an unfinished run, since the platform did not list the first.
        case signedAgain(DojotError)
    }

    /// What came of it.
    public struct Outcome {
        public let certificate: Certificate
        public let profile: Profile
        /// The platform that signed.
        public let platform: any CertificateAuthority
    }

    let origin: Origin
    let folder: IdentityFolder
    let order: Order
    /// By how many seconds the gateway's clock is ahead of this machine's, once it was heard.
    let clockOffset: () -> Int64?
    let report: (Step) -> Void

    /// - Parameter platforms: the generations that the gateway may be of, the first to be asked first.
    public init(
        platforms: [any CertificateAuthority], folder: IdentityFolder, order: Order,
        clockOffset: @escaping () -> Int64?, report: @escaping (Step) -> Void
    ) {
        self.init(from: .asked(platforms), folder, order, clockOffset, report)
    }

    /// - Parameter source: the platform and its CA, which were asked for before: one of many enrollments.
    public init(
        source: Source, folder: IdentityFolder, order: Order, clockOffset: @escaping () -> Int64?,
        report: @escaping (Step) -> Void
    ) {
        self.init(from: .known(source), folder, order, clockOffset, report)
    }

    private init(
        from origin: Origin, _ folder: IdentityFolder, _ order: Order, _ clockOffset: @escaping () -> Int64?,
        _ report: @escaping (Step) -> Void
    ) {
        self.origin = origin
        self.folder = folder
        self.order = order
        self.clockOffset = clockOffset
        self.report = report
    }

    /// Retrieves the identity and keeps it.
    ///
    /// - Parameters:
    ///   - key: gives the key when it is needed, which it is not where an unfinished run has one.
    ///   - approve: asked about the identity before it takes the place of what is there; where it throws, that stays,
    ///     and the run waits to be completed.
    public func run(
        key: () throws(PKIError) -> PrivateKey, approve: (Candidate) throws -> Void = { _ in }
    ) throws -> Outcome {
        let source = try findSource()
        var run = if let unfinished = try resume() { unfinished } else { try begin(on: source, key: key) }
        let certificate = try obtainCertificate(for: &run, from: source)
        try check(certificate, for: run, from: source)
        try associate(certificate, on: source)
        let profile = Profile(order, certificate, on: source.platform.platform)
        try approve(Candidate(key: run.key, certificate: certificate, authority: source.certificate, profile: profile))
        try folder.install(
            run, certificate, profile: profile, authority: source.certificate, overwrite: order.overwrite)
        return Outcome(certificate: certificate, profile: profile, platform: source.platform)
    }

    /// Completes what the state of the files needs.
    ///
    /// - Parameter key: gives the key when it is needed.
    /// - Returns: what came of it, and whether the identity is a new one.
    public func complete(
        _ state: IdentityFolder.State, key: () throws(PKIError) -> PrivateKey
    ) throws -> (outcome: Outcome, isNew: Bool) {
        switch state {
        case .complete(let certificate, let profile?): (try keep(certificate, profile), false)
        case .complete(let certificate, nil): (try adopt(certificate), false)
        case .withoutAuthority(let key, let certificate): (try restoreAuthority(of: certificate, key), false)
        case .nothing, .keyOnly, .broken: (try run(key: key), true)
        }
    }

    /// Leaves the files of a complete identity as they are, and completes its association with the device.
    public func keep(_ certificate: Certificate, _ profile: Profile) throws(EnrollmentError) -> Outcome {
        let source = try findSource()
        try associate(certificate, on: source)
        return Outcome(certificate: certificate, profile: profile, platform: source.platform)
    }

    /// Puts the CA's certificate beside an identity that has lost it, and gives it a profile where it has none; key and certificate
    /// stay what they are.
    ///
    /// - Throws: `.mismatch` where the platform's CA did not sign the certificate.
    private func restoreAuthority(of certificate: Certificate, _ key: PrivateKey) throws(EnrollmentError) -> Outcome {
        let source = try findSource(for: certificate)
        try IdentityCheck(clockOffset: clockOffset()).check(
            certificate, key: key, names: [], authorities: [source.certificate], otherwise: .mismatch)
        try associate(certificate, on: source)
        try folder.putAuthority(source.certificate, named: order.authorityName, overwrite: true)
        let stored = try folder.usableProfile()
        let profile = stored ?? Profile(order, certificate, on: source.platform.platform)
        if stored == nil { try folder.adopt(profile) }
        return Outcome(certificate: certificate, profile: profile, platform: source.platform)
    }

    /// Gives an identity that has none its profile; its files stay what they are.
    public func adopt(_ certificate: Certificate) throws(EnrollmentError) -> Outcome {
        let source = try findSource()
        try associate(certificate, on: source)
        let profile = Profile(order, certificate, on: source.platform.platform)
        try folder.adopt(profile)
        return Outcome(certificate: certificate, profile: profile, platform: source.platform)
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
        let isOfTenant = run.tenant.map { $0 == order.tenant } ?? true
        guard isOfTenant, run.order == PendingRun.Order(gateway: order.gateway, ca: order.authorityName) else {
            throw EnrollmentError(
                .otherPlatform,
                "an unfinished run for \(order.name) waits for \(run.order.ca) at \(run.order.gateway)"
                    + (isOfTenant ? "" : ", tenant \(run.tenant ?? "")"))
        }
        guard order.givenKey == nil || order.givenKey == run.key.publicKey else {
            throw EnrollmentError(.otherKey, "an unfinished run for \(order.name) has another key than the one given")
        }
    }

    private func begin(
        on source: Source, key: () throws(PKIError) -> PrivateKey
    ) throws(EnrollmentError) -> PendingRun {
        try source.platform.platform.check(order.keyAlgorithm)
        let names = try asking { () throws(DojotError) in
            try source.platform.requestNames(of: order.name, tenant: order.tenant)
        }
        report(.waitingForKey)
        let key = try asking { () throws(PKIError) in try key() }
        let run = PendingRun(
            order: PendingRun.Order(gateway: order.gateway, ca: order.authorityName), tenant: order.tenant, key: key,
            request: try request(for: order.requestName(among: names, on: source.platform), key: key))
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
