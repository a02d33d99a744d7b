public import Dojot
public import PKI

/// How a device gets its identity: fetch the CA's certificate, make key and certificate request, have it signed, check all of it, keep it.
///
/// Any error halts it; until the last step, what was in the folder stays untouched.
public struct Enrollment {
    /// What is wanted.
    public struct Order: Sendable {
        public var name: DeviceName
        public var tenant: String
        /// The gateway's address, as the profile keeps it.
        public var gateway: String
        public var authorityName: String
        /// The password that EJBCA knows for the end entity.
        public var endEntityPassword: String
        public var subjectAlternativeNames: [GeneralName]
        public var broker: Profile.Broker
        /// The key that must be used, where one was given.
        public var givenKey: PublicKey?
        /// Whether another identity and another CA certificate may be replaced.
        public var overwrite: Bool

        public init(
            name: DeviceName, tenant: String, gateway: String, authorityName: String, endEntityPassword: String,
            subjectAlternativeNames: [GeneralName], broker: Profile.Broker, givenKey: PublicKey?,
            overwrite: Bool
        ) {
            self.name = name
            self.tenant = tenant
            self.gateway = gateway
            self.authorityName = authorityName
            self.endEntityPassword = endEntityPassword
            self.subjectAlternativeNames = subjectAlternativeNames
            self.broker = broker
            self.givenKey = givenKey
            self.overwrite = overwrite
        }
    }

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

    private func request(for commonName: String, key: PrivateKey) throws(EnrollmentError) -> CertificateRequest {
        try asking { () throws(PKIError) in
            try CertificateRequest(
                subject: DistinguishedName(commonName: commonName),
                subjectAlternativeNames: order.subjectAlternativeNames, signedBy: key)
        }
    }

    // MARK: The signature

    private func obtainCertificate(
        for run: inout PendingRun, from authority: Certificate
    ) throws(EnrollmentError) -> Certificate {
        if run.isResumed, let found = findCertificate(of: run, from: authority) {
            report(.recovered)
            return found
        }
        report(.asking(endEntity: run.commonName))
        do throws(DojotError) {
            return try sign(run)
        } catch {
            switch error.code {
            case .wrongState:
                return try signOnceMore(run, from: authority)
            case .wrongEndEntityPassword where run.isResumed:
                // EJBCA forgets the password with the signature: so the certificate may well exist.
                return try signOnceMore(run, from: authority)
            case .unknownDevice where order.name.tenant == nil && run.commonName == order.name.device:
                return try signByQualifiedName(&run, from: authority)
            default:
                throw refused(run, error)
            }
        }
    }

    private func sign(_ run: PendingRun) throws(DojotError) -> Certificate {
        try platform.sign(run.request, endEntity: run.commonName, password: order.endEntityPassword)
    }

    /// The certificate that was signed for the run's key, if the platform has one that holds and says so.
    private func findCertificate(of run: PendingRun, from authority: Certificate) -> Certificate? {
        let all = (try? platform.certificates(endEntity: run.commonName)) ?? []
        let candidates = all.filter { $0.publicKey == run.key.publicKey }
        // Where only this machine's clock says that it does not hold, another signature would not help.
        let clockIsWrong = abs(clockOffset() ?? 0) > IdentityCheck.tolerance
        return candidates.first { (try? check($0, for: run, from: authority)) != nil }
            ?? (clockIsWrong ? candidates.first : nil)
    }

    private func check(
        _ certificate: Certificate, for run: PendingRun, from authority: Certificate
    ) throws(EnrollmentError) {
        try IdentityCheck(clockOffset: clockOffset()).check(
            certificate, key: run.key, names: [run.commonName], authorities: [authority],
            otherwise: .unexpectedCertificate)
    }

    /// The platform has signed for this device before: perhaps for us, and the answer was lost; else it is told to do so again.
    private func signOnceMore(
        _ run: PendingRun, from authority: Certificate
    ) throws(EnrollmentError) -> Certificate {
        if let found = findCertificate(of: run, from: authority) {
            report(.recovered)
            return found
        }
        do {
            try platform.reset(
                endEntity: run.commonName, password: order.endEntityPassword, caName: order.authorityName)
            report(.signingReopened(endEntity: run.commonName))
            return try sign(run)
        } catch {
            throw EnrollmentError(error)
        }
    }

    /// Later releases know a device as `TENANT:DEVICE` alone.
    private func signByQualifiedName(
        _ run: inout PendingRun, from authority: Certificate
    ) throws(EnrollmentError) -> Certificate {
        let qualified = try asking { () throws(DojotError) in try order.name.qualified(by: order.tenant) }
        let commonName = "\(qualified)"
        run.request = try request(for: commonName, key: run.key)
        try folder.keep(run)
        report(.askingAgain(endEntity: commonName))
        do throws(DojotError) {
            return try sign(run)
        } catch  where error.code == .wrongState {
            return try signOnceMore(run, from: authority)
        } catch {
            throw refused(run, error)
        }
    }

    /// Forgets a run of which it is certain that no certificate came, and gives the error to throw.
    private func refused(_ run: PendingRun, _ error: DojotError) -> EnrollmentError {
        if !run.isResumed && error.isCertainlyWithoutEffect { folder.discardPendingRun() }
        return EnrollmentError(error)
    }
}

extension DojotError {
    /// Whether it is sure that the platform did not do what it was asked: it refused, the first time it was asked.
    fileprivate var isCertainlyWithoutEffect: Bool {
        switch code {
        case .unauthorized, .forbidden, .unknownCA, .unknownDevice, .wrongEndEntityPassword, .requestRefused:
            attempts == 1
        default: false
        }
    }
}

extension Profile {
    init(_ order: Enrollment.Order, _ certificate: Certificate) {
        self.init(
            gateway: order.gateway, tenant: order.tenant, device: order.name.device,
            commonName: certificate.subject.commonName ?? "\(order.name)", ca: order.authorityName,
            platform: .ejbca, broker: order.broker,
            certificate: CertificateSummary(
                serial: certificate.serialNumber.hexadecimal,
                notBefore: "\(Timestamp(unixSeconds: certificate.notBefore))",
                notAfter: "\(Timestamp(unixSeconds: certificate.notAfter))"))
    }
}
