import Dojot
import Enrollment
import HTTP
import PKI

/// The renewal of one device's identity, from looking whether it is due to what follows once it is in place.
struct DeviceRenewal {
    private let timing: RenewalTimingOptions
    private let manner: RenewalMannerOptions
    private let store: StoreOptions
    private let logins: PlatformLogins
    private let lists = RevocationLists()
    private let timeout: Double

    init(_ command: Renew, _ logins: PlatformLogins) {
        (timing, manner, store, timeout) = (command.timing, command.manner, command.store, command.timeout)
        self.logins = logins
    }

    /// Renews the device's identity if it is due.
    func run(_ name: DeviceName) throws -> RenewalResult {
        let store = store.store(for: name)
        let seen = try store.load(name)
        CommandContext.set(seen.profile)
        let certificate = try seen.readCertificate()
        guard dueTime(of: certificate, seen, store) <= Timestamp.now.unixSeconds else {
            return .kept(seen, certificate)
        }
        let folder = try store.checkOut(DeviceName(seen.name))
        // Another process may have renewed it before the lock was ours.
        let identity = try store.load(name)
        let old = try identity.readCertificate()
        guard dueTime(of: old, identity, store) <= Timestamp.now.unixSeconds else { return .kept(identity, old) }
        let state = lists.isRevoked(old, of: identity) ? "revoked" : "\(Remaining(of: old))"
        Console.note("\(identity.name): \(state), renewing")
        let outcome = try enroll(identity, old, folder)
        return .renewed(
            try store.load(name), outcome.certificate, old: old, problems: afterwards(identity, old, outcome, folder))
    }

    /// When the device's identity is due, in Unix seconds: now if a run was cut off, or if the CA's revocation list names the certificate.
    func dueTime(_ name: DeviceName) throws -> (time: Int64, certificate: Certificate) {
        let store = store.store(for: name)
        let identity = try store.load(name)
        let certificate = try identity.readCertificate()
        return (dueTime(of: certificate, identity, store), certificate)
    }

    private func dueTime(of certificate: Certificate, _ identity: Identity, _ store: CredentialStore) -> Int64 {
        let isDueNow = store.hasPendingRun(of: identity) || lists.isRevoked(certificate, of: identity)
        return isDueNow ? .min : timing.rule.dueTime(of: certificate)
    }

    private func enroll(
        _ identity: Identity, _ old: Certificate, _ folder: IdentityFolder
    ) throws -> Enrollment.Outcome {
        let profile = identity.profile
        let present = try? identity.readKey()
        let algorithm = present?.algorithm ?? .rsa(bits: 2048)
        let kept = manner.reusesKey ? try present ?? identity.readKey() : nil
        let order = try Enrollment.Order(
            renewing: identity, old, endEntityPassword: manner.endEntity.password, keeping: kept, algorithm: algorithm,
            overwrite: manner.acceptsNewAuthority)
        let key = RenewalKey(keeping: kept, algorithm: algorithm, isNeeded: !folder.hasPendingRun)
        return try logins.withLogin(for: profile) { login in
            try check(login.session, identity)
            let enrollment = Enrollment(
                platforms: PlatformArgument.auto.authorities(
                    at: login.gateway, session: login.session, http: login.http, timeout: timeout,
                    known: profile.platform),
                folder: folder, order: order, clockOffset: { login.http.serverClockOffset },
                report: { step in show(step, identity.name) })
            do {
                return try enrollment.run(key: key.take) { candidate in
                    if manner.verifiesBroker { try BrokerVerification(candidate).run(in: folder) }
                }
            } catch let error as EnrollmentError where error.code == .authorityDiffers {
                throw Failure(
                    .cannotCreate, error.message,
                    hint: "where the platform's operator confirms a new CA: "
                        + CommandContext.current.command(
                            ["renew", identity.name], (timing.isForced ? ["--force"] : []) + ["--accept-new-ca"]))
            }
        }
    }

    /// What is done once the new identity is in place; what goes wrong with it does not take that back.
    private func afterwards(
        _ identity: Identity, _ old: Certificate, _ outcome: Enrollment.Outcome, _ folder: IdentityFolder
    ) -> [Failure] {
        let profile = outcome.profile
        do {
            try folder.revocationList(of: profile.ca).refresh(from: outcome.platform)
        } catch {
            Console.warning("\(identity.name): the revocation list is not fresh: \(error.message)")
        }
        do {
            if let hook = manner.hook {
                try DeployHook(hook).run(identity.name, folder.files(authorityName: profile.ca))
            }
            if manner.revokesOld { try revoke(old, of: identity, outcome.platform, folder) }
            return []
        } catch {
            return [Failure(error)]
        }
    }

    private func revoke(
        _ old: Certificate, of identity: Identity, _ platform: any CertificateAuthority, _ folder: IdentityFolder
    ) throws {
        let revocation = CertificateRevocation(old, authorityName: identity.profile.ca, reason: .superseded)
        do {
            _ = try logins.withLogin(for: identity.profile) { login in
                var platform = platform
                platform.session = login.session
                try revocation.run(on: platform)
                _ = try? folder.revocationList(of: identity.profile.ca).refresh(from: platform, isNew: true)
            }
        } catch {
            let failure = Failure(error)
            throw Failure(
                failure.exitCode, "the certificate before, \(old.serialNumber), is not revoked: \(failure.message)",
                hint: CommandContext.current.command(["revoke", identity.name], ["--serial", "\(old.serialNumber)"]))
        }
        if let previous = try folder.previous(), previous.certificate == old { try folder.markRevoked(previous) }
        Console.note("\(identity.name): the certificate before, \(old.serialNumber), is revoked")
    }

    private func check(_ session: Session, _ identity: Identity) throws(Failure) {
        let (tenant, own) = (identity.profile.tenant, session.claims.service)
        guard tenant == own else {
            throw Failure(
                .usage, "\(identity.name) is of the tenant \(tenant), not of \(own), which this user belongs to",
                hint: "log in as a user of \(tenant), with --username")
        }
    }

    private func show(_ step: Enrollment.Step, _ name: String) {
        switch step {
        case .resumed: Console.note("\(name): completing the run that was cut off, with its key")
        case .asking(let endEntity): Console.note("\(name): asking for the signature of \(endEntity)")
        case .recovered: Console.note("\(name): the certificate had been signed before; the platform still has it")
        case .askingAgain(let endEntity): Console.note("\(name): asking for \(endEntity) instead")
        case .signedAgain(let error):
            Console.warning(
                "\(name): a second certificate was signed: the platform did not tell whether the run that was cut off had got"
                    + " one (\(error.message))")
        case .authorityFetched, .waitingForKey, .signingReopened: break
        }
    }
}
