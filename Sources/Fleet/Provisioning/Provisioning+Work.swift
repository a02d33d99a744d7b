import Dojot
import Enrollment
import HTTP
import PKI
import Synchronization
import Threads

extension Provisioning {
    /// So many devices in a row that find no gateway mean that there is none, for the others either.
    private static let mostUnreached = 20

    /// What became of a device.
    private enum Result {
        case provisioned
        case kept
        /// The run ends first.
        case left
    }

    /// Works on one device after the other, until there is none or it is to end.
    func work() {
        let http = HTTPClient(trust: plan.trust, pace: pace, isInterrupted: isCut)
        while let name = take() {
            do {
                note(try provision(name, over: http), name)
            } catch {
                note(error, name)
            }
        }
    }

    /// Whether what is waited for is given up.
    private func isCut() -> Bool { course.withLock { $0 } == .cut }

    private func take() -> DeviceName? {
        guard course.withLock({ $0 }) == .going else { return nil }
        let index = next.add(1, ordering: .relaxed).oldValue
        return index < devices.count ? devices[index] : nil
    }

    /// One device's story.
    private func provision(_ name: DeviceName, over http: HTTPClient) throws -> Result {
        var hasKey = false
        // One that will not be asked for need not be made.
        defer { if !hasKey { keys.leaveOne() } }
        if let tenant = name.tenant, tenant != plan.order.tenant {
            throw DojotError(.invalidName, "\(name) is not of the tenant \(plan.order.tenant) of this user")
        }
        let name = storedName(of: name)
        let folder = try store.checkOut(name)
        let state = try folder.state(authorityName: plan.order.authorityName, from: plan.order.gateway)
        var order = plan.order
        order.name = name
        var key: PrivateKey?
        switch state {
        case .complete(_, let profile?):
            try folder.check(accepts: authority, named: plan.order.authorityName)
            if let change = plan.profileChange, try folder.change(profile, by: change) != nil {
                counts.withLock { $0.brokerChanged += 1 }
            }
            return .kept
        case .keyOnly(let present):
            (key, order.keyAlgorithm, order.givenKey) = (present, present.algorithm, present.publicKey)
        case .nothing, .broken, .complete(_, nil), .withoutAuthority:
            if case .nothing = state, !folder.hasPendingRun {
                hasKey = true
                key = try keys.take()
                if key == nil { return .left }
            }
        }
        return try complete(state, order, key, in: folder, over: http)
    }

    /// The name under which the folder has an identity of the device, with its tenant or without; else the name itself.
    private func storedName(of name: DeviceName) -> DeviceName {
        guard !store.hasCertificate(of: name) else { return name }
        let other = name.tenant == nil ? try? name.qualified(by: plan.order.tenant) : name.unqualified
        guard let other, store.hasCertificate(of: other),
            (try? store.load(other))?.profile.tenant == plan.order.tenant
        else { return name }
        return other
    }

    /// Has the story told with a login that holds, and again with another where the platform no longer takes that.
    private func complete(
        _ state: IdentityFolder.State, _ order: Enrollment.Order, _ key: PrivateKey?, in folder: IdentityFolder,
        over http: HTTPClient
    ) throws -> Result {
        try login.use(isInterrupted: isCut) { session in
            let enrollment = Enrollment(
                source: Enrollment.Source(platform: authority(session, http), certificate: authority), folder: folder,
                order: order, clockOffset: { http.serverClockOffset }, report: report)
            let (_, isNew) = try enrollment.complete(state) { () throws(PKIError) in
                // An unfinished run that had to be set aside is the one case in which it is not there.
                if let key { key } else { try PrivateKey(generating: order.keyAlgorithm) }
            }
            return isNew ? .provisioned : .kept
        }
    }

    private func authority(_ session: Session, _ http: HTTPClient) -> any CertificateAuthority {
        switch platform {
        case .ejbca:
            EJBCACertificateAuthority(gateway: plan.gateway, session: session, http: http, timeout: plan.timeout)
        case .x509:
            X509CertificateAuthority(
                gateway: plan.gateway, session: session, http: http, timeout: plan.timeout, owners: owners)
        }
    }

    private func report(_ step: Enrollment.Step) {
        switch step {
        case .resumed: counts.withLock { $0.resumed += 1 }
        case .recovered: counts.withLock { $0.recovered += 1 }
        case .authorityFetched, .waitingForKey, .asking, .askingAgain, .signingReopened, .signedAgain: break
        }
    }

    private func note(_ result: Result, _ name: DeviceName) {
        if result == .left { return }
        journal.done("\(name)")
        counts.withLock { counts in
            counts.unreachedInARow = 0
            if result == .kept { counts.kept += 1 } else { counts.provisioned += 1 }
        }
    }

    /// Notes a device that failed; where no other could succeed either, all of it ends.
    private func note(_ error: any Error, _ name: DeviceName) {
        let platform = (error as? EnrollmentError)?.platform ?? error as? DojotError
        if platform?.code == .transport(.interrupted) { return }
        if let platform, platform.code == .unauthorized || platform.isLogin { return end(for: error) }
        if let wait = platform?.retryAfter, wait > pace.longest { return end(for: error) }
        let failure = ProvisioningFailure(error)
        let unreached = counts.withLock { counts in
            counts.add(failure)
            counts.unreachedInARow = failure.isUnreached ? counts.unreachedInARow + 1 : 0
            return counts.unreachedInARow
        }
        do {
            try failures.add("\(name)", failure)
        } catch {
            end(for: error)
        }
        if unreached >= Self.mostUnreached { end(for: error) }
    }

    private func end(for error: any Error) {
        halt.withLock { $0 = $0 ?? error }
        end()
    }
}
